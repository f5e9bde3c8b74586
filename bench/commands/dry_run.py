"""The option `--dry-run`: one line for each cell, with its state."""

from collections.abc import Sequence

from rich.console import Console

from bench.console.progress import cell_title, print_line
from bench.store.records import Cell
from bench.store.store import Store


def list_cells(cells: Sequence[Cell], store: Store, console: Console) -> None:
    """Print the state and the title of each cell: done, to run, or failed and to run again."""
    for cell in cells:
        if store.finished(cell) is not None:
            state = "done"
        else:
            failed = any(attempt.ending != "ok" for attempt in store.attempts(cell.key)[-1:])
            state = "failed, to run again" if failed else "to run"
        print_line(console, f"{state:20} {cell_title(cell)}")
