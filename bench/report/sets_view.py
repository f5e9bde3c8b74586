"""What a table over several data sets shows: for each data set and each row, the outcomes of its cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.errors import UsageError
from bench.metrics.metric import Metric
from bench.report.groups import Group
from bench.report.improvement import comparable_metrics
from bench.report.numbers import number_range
from bench.report.outcomes import Outcome, Outcomes, outcome_of
from bench.report.tables.caveats import caveats
from bench.store.command import errors_command
from bench.store.records import Cell, show, show_params
from bench.store.sets import Asked, SetEntry, SetsManifest, read_sets
from bench.store.store import Store


@dataclass(frozen=True)
class SetResults:
    """The results on one data set."""

    entry: SetEntry
    groups: Mapping[str, Group]
    """By label of the row. A row without cells on this data set is absent."""
    refused: Mapping[str, str]
    """By label of the row: why its method cannot run on this data set."""
    caveats: Sequence[str]
    """As in the table of the data set."""

    @property
    def title(self) -> str:
        """The short name of the data set."""
        return self.entry.title

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len({outcome.cell.key for group in self.groups.values() for outcome in group.outcomes})

    @property
    def n_finished(self) -> int:
        """Number of finished cells."""
        return len({outcome.cell.key for group in self.groups.values() for outcome in group.ok})

    def missing(self, label: str) -> str:
        """Why a row is not complete on this data set, in a few words; empty if it is complete."""
        if label in self.refused:
            return f"refused: {self.refused[label]}"
        if label not in self.groups:
            return "it was not run there"
        group = self.groups[label]
        lacking = [f"{n} {word}" for word in ("failed", "missing") if (n := group.count(word))]
        return f"{len(group.ok)} of {len(group.outcomes)} seeds, {', '.join(lacking)}" if lacking else ""


@dataclass(frozen=True)
class SetsView:
    """Everything that a table over all shows."""

    manifest: SetsManifest
    results_dir: Path
    labels: Sequence[str]
    """The rows, in the order in which they were asked for."""
    sets: Sequence[SetResults]

    @property
    def size(self) -> str:
        """The number of data sets and of seeds, such as `2 data sets, 3 seeds`."""
        return f"{len(self.sets)} data set{'s' * (len(self.sets) != 1)}, {self._seeds}"

    @property
    def _seeds(self) -> str:
        """The number of seeds of the rows, such as `3 seeds` or `2–5 seeds`."""
        counts = [len(group.outcomes) for each in self.sets for group in each.groups.values()]
        return f"{number_range(counts)} seed{'s' * (counts != [1] * len(counts))}"

    @cached_property
    def ranked_metrics(self) -> list[Metric]:
        """The metrics that measure all methods alike, and have a better direction."""
        return comparable_metrics()


def read_view(store: Store) -> SetsView:
    """What the table over all in `store` shows.

    The warnings of the results folders become warnings of `store`. Raises UsageError if there is no such table, or if
    no data set has records.
    """
    manifest = read_sets(store)
    if manifest is None:
        raise UsageError(store.unknown())
    labels = _labels([row.asked for entry in manifest.sets for row in entry.rows])
    view = SetsView(
        manifest, store.results_dir, list(labels.values()), [_results(store, entry, labels) for entry in manifest.sets]
    )
    outcomes = (o for each in view.sets for group in each.groups.values() for o in group.outcomes)
    if all(outcome.status == "missing" for outcome in outcomes):
        document = store.path("sets.md")
        tables = f"; its tables are in {document}" if document.exists() else ""
        raise UsageError(
            f"table over all {store.name!r} has no records here{tables}; to make them, run the command in "
            f"{store.path('sets.json')}."
        )
    return view


def _results(over_all: Store, entry: SetEntry, labels: Mapping[str, str]) -> SetResults:
    """The results on one data set. If its folder cannot be read, its cells are missing, and a caveat has the reason."""
    refused = {labels[_key(row.asked)]: row.refused for row in entry.rows if row.refused}
    try:
        store = Store(over_all.results_dir, entry.folder)
        groups, listed = _read(store, entry, labels)
        for warning in store.warnings:
            over_all.warn(warning)
    except UsageError as error:
        groups, listed = _missing(entry, labels), [f"The results cannot be read: {error}"]
    return SetResults(entry, groups, refused, listed)


def _read(store: Store, entry: SetEntry, labels: Mapping[str, str]) -> tuple[dict[str, Group], list[str]]:
    """The groups by label, and the caveats."""
    manifest = store.manifest()
    if manifest is None:
        return _missing(entry, labels), []
    if manifest.data.digest != entry.data.digest:
        lost = f"The results in {store.path()} are on other data now, and are left out."
        return _missing(entry, labels), [lost]
    groups = _groups(entry, labels, lambda cell: outcome_of(store, cell))
    everything = tuple(outcome for group in groups.values() for outcome in group.outcomes)
    return groups, caveats(Outcomes(manifest, everything, errors_command(store)), list(groups.values()))


def _missing(entry: SetEntry, labels: Mapping[str, str]) -> dict[str, Group]:
    return _groups(entry, labels, lambda cell: Outcome(cell, None, (), {}))


def _groups(entry: SetEntry, labels: Mapping[str, str], outcome: Callable[[Cell], Outcome]) -> dict[str, Group]:
    """By label of the row, the outcomes of its cells on a data set."""
    named = {labels[_key(row.asked)]: row.cells for row in entry.rows if row.cells}
    return {label: Group(label, tuple(map(outcome, cells))) for label, cells in named.items()}


def _key(asked: Asked) -> str:
    """The settings as text: in it, the values 1, 1.0 and true differ."""
    return repr(
        (asked.method, asked.preset, asked.latent_dim, asked.n_clusters, asked.folds, sorted(asked.params.items()))
    )


def _labels(rows: Sequence[Asked]) -> dict[str, str]:
    """The label of each row by its key: the method and, in brackets, the settings that differ between its rows."""
    distinct = {_key(row): row for row in rows}
    methods = dict.fromkeys(row.method for row in distinct.values())
    return {
        key: _label(row, [other for other in distinct.values() if other.method == row.method])
        for method in methods
        for key, row in distinct.items()
        if row.method == method
    }


def _label(row: Asked, rows: Sequence[Asked]) -> str:
    """The label of `row`; `rows` are all rows of the method. A setting that was not asked for is named as a default."""
    parts = []
    if len({other.preset for other in rows}) > 1:
        parts.append(row.preset or "default preset")
    if len({other.latent_dim for other in rows}) > 1:
        parts.append(f"d={row.latent_dim or 'default'}")
    if len({other.folds for other in rows}) > 1:
        parts.append(f"folds={show(row.folds)}")
    if len({other.n_clusters for other in rows}) > 1:
        parts.append(f"k={row.n_clusters or 'classes'}")
    varied = {
        name
        for other in rows
        for name in other.params
        if len({repr(each.params[name]) if name in each.params else "default" for each in rows}) > 1
    }
    parts += show_params({name: value for name, value in row.params.items() if name in varied})
    return f"{row.method} ({', '.join(parts)})" if parts else row.method
