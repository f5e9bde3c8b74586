"""The end of a command that made tables: the answer, its caveats, and the paths of the files for readers."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.console.answer import print_answer
from bench.console.progress import print_line
from bench.experiments.development import development_notes
from bench.report.page import PAGE
from bench.report.stored_answer import stored_answer
from bench.store.sets import SetsManifest
from bench.store.store import Store

STORED = ("cells", "attempts", "locks", "scores", "page")
"""The folders of an experiment whose files are for programs only."""


def print_ending(store: Store, console: Console, document: str, lines: Sequence[str] = ()) -> None:
    """Print the answer of an experiment, then `lines`, then the path of `document` and, if there is one, of the page.

    Raises UsageError if the experiment has neither records nor published tables.
    """
    print_answer(console, stored_answer(store, notes_above(store)))
    print_paths(store, console, document, lines)


def print_paths(store: Store, console: Console, document: str, lines: Sequence[str] = ()) -> None:
    """Print `lines`, the path of `document` with the number of the other files, and the path of the page if it is."""
    console.print()
    for line in lines:
        print_line(console, line)
    others = sum(1 for path in store.path().rglob("*") if path.is_file() and _is_for_readers(store, path)) - 1
    more = f", and {others} more file{'s' * (others != 1)} in {store.path()}" if others else ""
    print_line(console, f"{store.path(document)}{more}")
    if store.path(PAGE).exists():
        print_line(console, str(store.path(PAGE)))


def notes_above(store: Store) -> list[str]:
    """The sentences that stand above the figures of an experiment, besides the notes of its manifest."""
    manifest = store.manifest()
    return [] if manifest is None else development_notes(manifest.cells)


def sets_notes_above(manifest: SetsManifest) -> list[str]:
    """The sentences that stand above the figures of a table over several data sets."""
    return development_notes(cell for entry in manifest.sets for row in entry.rows for cell in row.cells)


def _is_for_readers(store: Store, path: Path) -> bool:
    return path.relative_to(store.path()).parts[0] not in STORED
