"""The outcomes of an experiment: its manifest and the outcome of each cell, failed and missing cells included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bench.errors import UsageError
from bench.store.command import errors_command
from bench.store.records import Attempt, Cell, Failure, Manifest, PluginScore, Record
from bench.store.store import Store

_KEPT_LOSS = "cluster/reconstruction"
"""In the history of a fit whose clustering phase has a reconstruction loss."""


@dataclass(frozen=True)
class Outcome:
    """A cell (one fit: a method, its configuration and one seed) with its record, its attempts and its scores."""

    cell: Cell
    record: Record | None
    """None unless the cell has finished."""
    attempts: Sequence[Attempt]
    """All attempts at this cell, oldest first."""
    scores: Mapping[str, float]
    """Values by metric. A metric that is not defined for this cell, or is not computed yet, is absent."""
    plugin_scores: Mapping[str, PluginScore] = field(default_factory=dict)
    """By name of each metric of a plug-in that was computed for this cell, or failed."""
    n_earlier: int = 0
    """Number of attempts besides `attempts`, of which nothing else is known."""
    keeps_reconstruction: bool | None = None
    """Whether the loss of the clustering phase keeps the reconstruction, as in IDEC. None without training curves."""

    @property
    def n_attempts(self) -> int:
        """Number of attempts at this cell."""
        return self.n_earlier + len(self.attempts)

    @property
    def attempt(self) -> Attempt | None:
        """The attempt that made the record; for a cell without a record, its last attempt. None if there is none."""
        if self.record is None:
            return self.attempts[-1] if self.attempts else None
        return next((attempt for attempt in self.attempts if attempt.id == self.record.attempt), None)

    @property
    def status(self) -> Literal["ok", "failed", "missing"]:
        """`ok`: has a record. `failed`: has no record, and its last attempt failed. `missing`: every other cell."""
        if self.record is not None:
            return "ok"
        # If the last attempt did not fail, the record was lost.
        return "failed" if self.attempts and self.attempts[-1].has_failed else "missing"

    @property
    def error(self) -> str:
        """The failure in one line of at most 400 characters; empty if the cell did not fail."""
        failure = self.attempts[-1].failure if self.status == "failed" else None
        if failure is None:
            return ""
        return one_line(failure, count_of_attempts(self.n_attempts))


def count_of_attempts(number: int) -> str:
    """The end of an error: the number of attempts, such as ` (in 2 attempts)`; empty for one attempt."""
    return f" (in {number} attempts)" if number > 1 else ""


def one_line(failure: Failure, count: str = "") -> str:
    """A failure, followed by `count`, in one line of at most 400 characters."""
    line = " ".join(f"{failure.type}: {failure.message}{count}".split())
    return line if len(line) <= 400 else f"{line[:399]}…"


@dataclass(frozen=True)
class Outcomes:
    """Everything that the report reads: the manifest and the outcome of each of its cells."""

    manifest: Manifest
    all: tuple[Outcome, ...]
    errors_command: str
    """The command that shows the tracebacks of failed cells; empty if there are none to show."""
    written_from: str = ""
    """One sentence or more about outcomes that are not read from records: what is not known of them. Who shows the
    tables also shows it. Empty for records."""
    not_known: frozenset[str] = frozenset()
    """The columns of cells.csv whose values are not known of any cell; empty for records."""

    @cached_property
    def ok(self) -> tuple[Outcome, ...]:
        """The outcomes of finished cells."""
        return tuple(outcome for outcome in self.all if outcome.status == "ok")

    @property
    def labelled(self) -> bool:
        """Whether the data set has true classes."""
        return self.manifest.data.class_names is not None


def read(store: Store) -> Outcomes:
    """The outcomes in `store`, in the order of the manifest.

    Raises UsageError if there is no manifest or if all cells are missing: published results have tables without
    records, and empty tables must not overwrite them.
    """
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(store.unknown())
    cells = {cell.key: cell for cell in manifest.cells}
    _warn_of_others(store, cells)
    outcomes = tuple(outcome_of(store, cell) for cell in cells.values())
    if all(outcome.status == "missing" for outcome in outcomes):
        raise UsageError(
            f"experiment {store.name!r} has no records here; to make them, run "
            f"the command in {store.path('manifest.json')}."
        )
    return Outcomes(manifest, outcomes, errors_command(store))


def outcome_of(store: Store, cell: Cell) -> Outcome:
    """The outcome of one cell in `store`. The warnings of the store get one line if its attempt is missing."""
    record = store.finished(cell)
    scores = store.scores(record)
    values = {name: value for name, value in scores.values.items() if value is not None} if scores else {}
    keeps = _KEPT_LOSS in record.history if record is not None and record.history else None
    plugins = scores.plugins if scores else {}
    outcome = Outcome(cell, record, store.attempts(cell.key), values, plugins, keeps_reconstruction=keeps)
    if record is not None and outcome.attempt is None:
        store.warn(
            f"{store.path('cells', cell.key)}.json: the attempt that made this record is missing; its host and its "
            "memory are not known."
        )
    return outcome


def _warn_of_others(store: Store, cells: Mapping[str, Cell]) -> None:
    """Add a warning if the folder has records of cells that the manifest does not name."""
    others = sorted(path.stem for path in store.path("cells").glob("*.json") if path.stem not in cells)
    if others:
        store.warn(
            f"{store.path('cells')}: records of cells that the manifest does not name ({len(others)}) are not in the "
            f"tables: {', '.join(others[:3])}{', …' if len(others) > 3 else ''}; the command that made them adds them."
        )
