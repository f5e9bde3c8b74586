"""What became of every cell that an experiment asked for, failed and missing ones included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bench.errors import UsageError
from bench.store.records import Attempt, Cell, Manifest, Record
from bench.store.store import Store


@dataclass(frozen=True)
class Outcome:
    """A cell with its record, if there is one, its attempts, and its scores."""

    cell: Cell
    record: Record | None
    attempts: Sequence[Attempt]
    """Every try, oldest first."""
    scores: Mapping[str, float]
    """Metrics by name; one that is not defined for this cell, or not computed yet, is absent."""

    @property
    def status(self) -> Literal["ok", "failed", "missing"]:
        """`missing`: the cell was asked for, and nothing of it is here."""
        if self.record is not None:
            return "ok"
        failed = self.attempts and self.attempts[-1].ending != "ok"  # what was made, but is lost, is missing again
        return "failed" if failed else "missing"

    @property
    def error(self) -> str:
        """Why the cell failed, in one line; empty if it did not."""
        failure = self.attempts[-1].failure if self.status == "failed" else None
        if failure is None:
            return ""
        tries = f" (in {len(self.attempts)} attempts)" if len(self.attempts) > 1 else ""
        line = " ".join(f"{failure.type}: {failure.message}{tries}".split())
        return line if len(line) <= 200 else f"{line[:199]}…"


@dataclass(frozen=True)
class Results:
    """All that a table or a figure may say: the manifest and the outcome of each of its cells."""

    manifest: Manifest
    outcomes: tuple[Outcome, ...]

    @cached_property
    def ok(self) -> tuple[Outcome, ...]:
        """The outcomes that have results."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "ok")

    @property
    def labelled(self) -> bool:
        """Whether the data have true classes."""
        return self.manifest.data.class_names is not None


def read(store: Store) -> Results:
    """All outcomes, in the order of the manifest.

    Raises UsageError if the experiment has no manifest, or no record of any of its cells: a published experiment comes
    with its tables alone, and nothing may overwrite them with empty ones.
    """
    manifest = store.manifest()
    if manifest is None:
        known = sorted(path.parent.name for path in store.results_dir.glob("*/manifest.json"))
        raise UsageError(
            f"no experiment {store.name!r} under {store.results_dir}; there: {', '.join(known) or 'none'}."
        )
    cells = {cell.key: cell for cell in manifest.cells}.values()
    outcomes = tuple(_outcome(store, cell) for cell in cells)
    if all(outcome.status == "missing" for outcome in outcomes):
        raise UsageError(
            f"experiment {store.name!r} has no records here, so its tables stay as they are; to make the records, run "
            f"the command that its {store.path('manifest.json')} names."
        )
    return Results(manifest, outcomes)


def _outcome(store: Store, cell: Cell) -> Outcome:
    record = store.finished(cell)
    scores = None if record is None else store.scores(cell.key)
    values = {name: value for name, value in scores.values.items() if value is not None} if scores else {}
    return Outcome(cell, record, store.attempts(cell.key), values)
