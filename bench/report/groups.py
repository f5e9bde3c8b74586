"""Groups: the cells of one configuration over its seeds. A group is one row of a table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.report.results import Outcome
from bench.report.statistics import Summary, summarize
from bench.store.records import Cell, Scalar, show, show_params

DEC = "dec"
"""The method whose improvements over the baselines are computed."""


@dataclass(frozen=True)
class Group:
    """One method in one configuration, over its seeds."""

    label: str
    """The method's name as typed and, in brackets, the settings that differ between the groups of this method.

    A parameter that has its default value is not named.
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

    def by_seed(self, metric: str) -> dict[int, float]:
        """The metric's value by seed; seeds without a value are left out."""
        return {outcome.cell.seed: outcome.scores[metric] for outcome in self.ok if metric in outcome.scores}

    def summary(self, metric: str) -> Summary:
        """The metric's mean and standard deviation over the seeds that have a value."""
        return summarize(list(self.by_seed(metric).values()))

    def seconds_by_seed(self) -> dict[int, float]:
        """Wall-clock seconds of `fit` by seed."""
        return {outcome.cell.seed: outcome.record.fit_seconds for outcome in self.ok if outcome.record}

    def fit_seconds(self) -> Summary:
        """Mean and standard deviation of the wall-clock seconds of `fit`."""
        return summarize(list(self.seconds_by_seed().values()))

    def phase_seconds(self, phase: str) -> Summary:
        """Mean and standard deviation of the wall-clock seconds of one phase of `fit`."""
        seconds_by_phase = [outcome.record.phase_seconds for outcome in self.ok if outcome.record]
        return summarize([seconds[phase] for seconds in seconds_by_phase if phase in seconds])

    def prototypes(self) -> dict[int, int]:
        """Number of prototypes by seed; seeds without prototypes are left out."""
        counts = {outcome.cell.seed: outcome.record.n_prototypes for outcome in self.ok if outcome.record}
        return {seed: count for seed, count in counts.items() if count is not None}

    def pretrained(self) -> dict[int, str | None]:
        """Key of the pretrained autoencoder from which the fit started, by seed; None for a fit without one."""
        return {outcome.cell.seed: outcome.record.pretrained for outcome in self.ok if outcome.record}

    def seeds_text(self) -> str:
        """Number of seeds, such as `3` or `1 of 3, 1 failed, 1 missing`."""
        failed, missing = self.count("failed"), self.count("missing")
        if not failed and not missing:
            return str(len(self.outcomes))
        notes = [f"{count} {word}" for count, word in ((failed, "failed"), (missing, "missing")) if count]
        return f"{len(self.ok)} of {len(self.outcomes)}, {', '.join(notes)}"


def group(outcomes: Sequence[Outcome]) -> list[Group]:
    """The groups, ordered by the first outcome of their method, then by their own first outcome."""
    by_identity: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_identity.setdefault(_identity(outcome.cell), []).append(outcome)
    by_method = _by_method(outcomes)
    return [
        _group(members, cells)
        for method, cells in by_method.items()
        for members in by_identity.values()
        if members[0].cell.method == method
    ]


def fixed_params(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Scalar]]:
    """By method, the parameters that `--param` set to the same value for all cells of the method."""
    fixed: dict[str, dict[str, Scalar]] = {}
    for method, cells in _by_method(outcomes).items():
        varied = _varied(cells)
        fixed[method] = {name: value for name, value in cells[0].params.items() if name not in varied}
    return fixed


def _identity(cell: Cell) -> str:
    """All fields of a cell except its seed, as JSON: in JSON, the values 1, 1.0 and true differ."""
    return json.dumps(
        [cell.method, cell.preset, cell.latent_dim, cell.n_clusters, cell.folds, sorted(cell.params.items())]
    )


def _by_method(outcomes: Sequence[Outcome]) -> dict[str, list[Cell]]:
    methods: dict[str, list[Cell]] = {}
    for outcome in outcomes:
        methods.setdefault(outcome.cell.method, []).append(outcome.cell)
    return methods


def _varied(cells: Sequence[Cell]) -> list[str]:
    """Names of the parameters whose values differ between the cells. A default counts as a value of its own."""
    names = dict.fromkeys(name for cell in cells for name in cell.params)
    return [
        name
        for name in names
        if len({json.dumps(cell.params[name]) if name in cell.params else "default" for cell in cells}) > 1
    ]


def _group(members: list[Outcome], cells: Sequence[Cell]) -> Group:
    cell = members[0].cell
    names = _varied(cells)
    parts = []
    if cell.preset is not None and len({other.preset for other in cells}) > 1:
        parts.append(cell.preset)
    if cell.latent_dim is not None and len({other.latent_dim for other in cells}) > 1:
        parts.append(f"d={cell.latent_dim}")
    if len({other.folds for other in cells}) > 1:
        parts.append(f"folds={show(cell.folds)}")
    if len({other.n_clusters for other in cells}) > 1:
        parts.append(f"k={cell.n_clusters}")
    parts += show_params({name: cell.params[name] for name in names if name in cell.params})
    label = f"{cell.method} ({', '.join(parts)})" if parts else cell.method
    return Group(label, tuple(members))
