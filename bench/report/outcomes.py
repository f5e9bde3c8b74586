"""What became of every cell that an experiment asked for, failed and missing ones included."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bench.errors import UsageError
from bench.records import Cell, Manifest, Record
from bench.store import Store


@dataclass(frozen=True)
class Outcome:
    """A cell with its record, if there is one, and its scores."""

    cell: Cell
    record: Record | None
    scores: Mapping[str, float]
    """Metrics by name; one that is not defined for this cell, or not computed yet, is absent."""

    @property
    def status(self) -> Literal["ok", "failed", "missing"]:
        """`missing`: the cell was asked for, and never ran to an end."""
        return self.record.status if self.record else "missing"

    @property
    def error(self) -> str:
        """Why the cell failed, in one line; empty if it did not."""
        failure = self.record.failure if self.record else None
        if failure is None:
            return ""
        line = " ".join(f"{failure.type}: {failure.message}".split())
        return line if len(line) <= 200 else f"{line[:199]}…"


@dataclass(frozen=True)
class Experiment:
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


def read(store: Store) -> Experiment:
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
    if not any(outcome.record for outcome in outcomes):
        raise UsageError(
            f"experiment {store.name!r} has no records here, so its tables stay as they are; to make the records, run "
            f"the command that its {store.path('manifest.json')} names."
        )
    return Experiment(manifest, outcomes)


def _outcome(store: Store, cell: Cell) -> Outcome:
    record = store.latest(cell)
    scores = store.scores(cell.key) if record is not None and record.status == "ok" else None
    values = scores.values if scores else {}
    return Outcome(cell, record, {name: value for name, value in values.items() if value is not None})
