"""Prints the output of commands."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table


def console() -> Console:
    """Standard output: as wide as the terminal, or 160 columns without a terminal."""
    return Console() if sys.stdout.isatty() else Console(width=160)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns of numbers are aligned to the right."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold", header_style="bold")
    for position, column in enumerate(columns):
        numeric = bool(rows) and all(row[position][:1].isdigit() or not row[position] for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table, markup=False)


def print_line(text: str, *, error: bool = False) -> None:
    """Print one line without markup or wrapping, on standard error if `error`."""
    Console(stderr=error).print(text, markup=False, highlight=False, soft_wrap=True)
