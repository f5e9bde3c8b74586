"""Prints the output of commands. Text from outside the program is printed as `bench.text.visible` shows it."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.machine.streams import discard
from bench.text import visible


class OutputError(Exception):
    """Standard output or standard error cannot be written. The message is one line with the remedy."""


class _Output(Console):
    """Standard output or standard error. If its reader goes, as after `| head -1`, the command goes on in silence."""

    def on_broken_pipe(self) -> None:
        """Discard what is printed from now on, instead of ending the command."""
        self.quiet = True
        discard(sys.stderr if self.stderr else sys.stdout)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as `Console` does. Raises OutputError if the output cannot be written, for example on a full disk."""
        try:
            super().print(*objects, **options)
        except OSError as error:
            discard(sys.stderr if self.stderr else sys.stdout)
            name = "standard error" if self.stderr else "standard output"
            raise OutputError(
                f"cannot write to {name} ({error.strerror or error}); direct it to another file or disk"
            ) from error


def console() -> Console:
    """Standard output: as wide as the terminal, or 160 columns without a terminal."""
    return _Output() if sys.stdout.isatty() else _Output(width=160)


def starting() -> AbstractContextManager[object]:
    """A spinner while a command loads its code; only a terminal shows it."""
    shown = console()
    return shown.status("starting") if shown.is_terminal else nullcontext()


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns of numbers are aligned to the right."""
    table = Table(title=Text(visible(title), "bold"), title_justify="left", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        numeric = bool(rows and column) and all(row[position][:1].isdigit() or not row[position] for row in rows)
        table.add_column(Text(visible(column), "bold"), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console().print(table)


def print_line(text: str, *, error: bool = False) -> None:
    """Print one line without markup, emoji codes or wrapping, on standard error if `error`."""
    _Output(stderr=error).print(visible(text), markup=False, emoji=False, highlight=False, soft_wrap=True)
