"""Groups: the cells of one configuration over its seeds. A group is one row of a table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

from msgspec import UnsetType

from bench.report.numbers import seeds_text
from bench.report.outcomes import Outcome
from bench.statistics.summary import Summary, summarize
from bench.store.records import Cell, Record, Scalar, show, show_params

DEC = "dec"
"""The method whose improvements over the baselines are computed."""


Draw = tuple[int, int]
"""The seed of a cell and the number of its subsample; −1 if it learns from all samples."""


def draw_of(cell: Cell) -> Draw:
    """The seed and the number of the subsample, which tell the cells of a group apart."""
    return cell.seed, -1 if isinstance(cell.subsample, UnsetType) else cell.subsample


def draw_text(cell: Cell) -> str:
    """The seed and, if there is one, the subsample of a cell, for a list after the word `seed`.

    >>> draw_text(Cell(method="som", seed=2, n_clusters=3, subsample=0))
    '2 (subsample 0)'
    """
    return f"{cell.seed} (subsample {cell.subsample})" if cell.is_subsampled else str(cell.seed)


@dataclass(frozen=True)
class Group:
    """One method in one configuration, over its seeds."""

    label: str
    """The method's name as typed and, in brackets, the settings that differ between the groups of this method.

    An option with its default value is not named.
    """
    outcomes: tuple[Outcome, ...]

    @property
    def cell(self) -> Cell:
        """The first cell; all cells of the group share its settings, except the seed."""
        return self.outcomes[0].cell

    @cached_property
    def ok(self) -> tuple[Outcome, ...]:
        """The outcomes of finished cells."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "ok")

    def count(self, status: str) -> int:
        """Number of outcomes with that status."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def by_draw(self, metric: str) -> dict[Draw, float]:
        """The metric's value by seed and subsample, one for each finished fit that has a value."""
        return {draw_of(outcome.cell): outcome.scores[metric] for outcome in self.ok if metric in outcome.scores}

    def by_seed(self, metric: str) -> dict[int, float]:
        """The metric's value by seed; of fits on several subsamples, their mean. Seeds without a value are left out."""
        return _means_by_seed(self.by_draw(metric))

    @property
    def of_folds(self) -> bool:
        """Whether the seed of each fit is the number of its fold. Fits of different folds learn from the same samples,
        so no test over folds is valid.
        """
        return self.cell.folds is not None

    @property
    def n_subsamples(self) -> int:
        """Number of subsamples of the cells; 0 if they learn from all samples."""
        return len({outcome.cell.subsample for outcome in self.outcomes if outcome.cell.is_subsampled})

    def summary(self, metric: str) -> Summary:
        """The metric's mean and standard deviation over all fits, of every seed and subsample, that have a value.

        There is no standard deviation if the seeds do not reach the method and all fits or values are equal: it is not
        known how much they could vary. Silhouettes of equal fits may differ in their last bits, by rounding.
        """
        values = list(self.by_draw(metric).values())
        summary = summarize(values)
        are_equal = (self.has_equal_fits and not self.n_subsamples) or len(set(values)) == 1
        return replace(summary, sd=None) if not self.takes_seed and are_equal else summary

    @cached_property
    def takes_seed(self) -> bool:
        """Whether the seeds reach the method; True if it is not known, as with records of an earlier version."""
        return not any(record.takes_seed is False for record in self.fits.values())

    @property
    def has_equal_fits(self) -> bool:
        """Whether there are several fits and all of them, or all of one subsample, are equal, to the bit.

        False if it is not known.
        """
        digests: dict[int, set[str]] = {}
        for (_, subsample), record in self.fits.items():
            digests.setdefault(subsample, set()).add(record.arrays_digest)
        return len(self.fits) > len(digests) and all(len(each) == 1 and "" not in each for each in digests.values())

    @cached_property
    def fits(self) -> dict[Draw, Record]:
        """The records of finished cells, by seed and subsample."""
        return {draw_of(outcome.cell): outcome.record for outcome in self.outcomes if outcome.record}

    @cached_property
    def records(self) -> dict[int, Record]:
        """The records of finished cells, by seed; of several subsamples, the first one."""
        by_seed: dict[int, Record] = {}
        for (seed, _), record in self.fits.items():
            by_seed.setdefault(seed, record)
        return by_seed

    def seconds_by_seed(self) -> dict[int, float]:
        """Wall-clock seconds of `fit` by seed; of fits on several subsamples, their mean."""
        return _means_by_seed({draw: record.fit_seconds for draw, record in self.fits.items()})

    def fit_seconds(self) -> Summary:
        """Mean and standard deviation of the wall-clock seconds of `fit`, over all fits."""
        return summarize([record.fit_seconds for record in self.fits.values()])

    def phase_seconds(self, phase: str) -> Summary:
        """Mean and standard deviation of the wall-clock seconds of one phase of `fit`."""
        return summarize([r.phase_seconds[phase] for r in self.fits.values() if phase in r.phase_seconds])

    def certainty(self, name: str) -> Summary:
        """Mean and standard deviation of one value of `certainty`, over the fits that have it."""
        return summarize([r.certainty[name] for r in self.fits.values() if name in r.certainty])

    def prototypes(self) -> dict[Draw, int]:
        """Number of prototypes by seed and subsample; fits without prototypes are left out."""
        return {draw: r.n_prototypes for draw, r in self.fits.items() if r.n_prototypes is not None}

    def seeds_text(self) -> str:
        """Number of seeds, such as `3` or `1 of 3, 1 failed, 1 missing`, or `3 seeds × 5 subsamples`."""
        return seeds_text(*map(self.count, ("ok", "failed", "missing")), n_subsamples=self.n_subsamples)


def _means_by_seed(values: Mapping[Draw, float]) -> dict[int, float]:
    by_seed: dict[int, list[float]] = {}
    for (seed, _), value in values.items():
        by_seed.setdefault(seed, []).append(value)
    return {seed: fmean(several) if len(several) > 1 else several[0] for seed, several in by_seed.items()}


def group(outcomes: Sequence[Outcome]) -> list[Group]:
    """The groups, ordered by the first outcome of their method, then by their own first outcome."""
    by_identity: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_identity.setdefault(_identity(outcome.cell), []).append(outcome)
    return [
        Group(_label(members[0].cell, cells), tuple(members))
        for method, cells in _by_method(outcomes).items()
        for members in by_identity.values()
        if members[0].cell.method == method
    ]


def several_k(groups: Sequence[Group]) -> bool:
    """Whether the groups were asked for different numbers of clusters, k; groups that get no number do not count."""
    return len({group.cell.n_clusters for group in groups} - {None}) > 1


def fixed_params(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Scalar]]:
    """By method, the options that `--param` set to the same value for all cells of the method."""
    return {
        method: {name: value for name, value in cells[0].params.items() if name not in _varied(cells)}
        for method, cells in _by_method(outcomes).items()
    }


def _identity(cell: Cell) -> str:
    """All fields of a cell except its seed and the number of its subsample, as JSON.

    In JSON, the values 1, 1.0 and true differ. Fits of subsamples and of all samples are never in one group.
    """
    method = [cell.method, cell.implementation, cell.preset, cell.latent_dim]
    fields = [*method, cell.n_clusters, cell.folds, cell.is_subsampled, sorted(cell.params.items())]
    return json.dumps(fields)


def _by_method(outcomes: Sequence[Outcome]) -> dict[str, list[Cell]]:
    methods: dict[str, list[Cell]] = {}
    for outcome in outcomes:
        methods.setdefault(outcome.cell.method, []).append(outcome.cell)
    return methods


def _varied(cells: Sequence[Cell]) -> list[str]:
    """Names of the options whose values differ between the cells. A default counts as a value of its own."""
    names = dict.fromkeys(name for cell in cells for name in cell.params)
    return [
        name
        for name in names
        if len({json.dumps(cell.params[name]) if name in cell.params else "default" for cell in cells}) > 1
    ]


def _label(cell: Cell, cells: Sequence[Cell]) -> str:
    """The label of the group of `cell`; `cells` are all cells of the method."""
    parts = []
    if cell.preset is not None and len({other.preset for other in cells}) > 1:
        parts.append(cell.preset)
    if cell.latent_dim is not None and len({other.latent_dim for other in cells}) > 1:
        parts.append(f"d={cell.latent_dim}")
    if len({other.folds for other in cells}) > 1:
        parts.append(f"folds={show(cell.folds)}")
    if len({other.is_subsampled for other in cells}) > 1:
        parts.append("subsamples" if cell.is_subsampled else "all samples")
    if cell.n_clusters is not None and len({other.n_clusters for other in cells}) > 1:
        parts.append(f"k={cell.n_clusters}")
    parts += show_params({name: cell.params[name] for name in _varied(cells) if name in cell.params})
    return f"{cell.method} ({', '.join(parts)})" if parts else cell.method
