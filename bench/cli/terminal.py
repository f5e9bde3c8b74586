"""What commands print."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from bench.store.store import Store

PLAIN_WIDTH = 160


def console() -> Console:
    """Standard output: as wide as the terminal, or wide and plain where it is none."""
    return Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A titled table; numbers to the right."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold", header_style="bold")
    for position, column in enumerate(columns):
        numeric = bool(rows) and all(row[position][:1].isdigit() or not row[position] for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table, markup=False)


def print_line(text: str, *, error: bool = False) -> None:
    """One line as it is: no markup, no wrapping."""
    Console(stderr=error).print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def warned(store: "Store") -> "Iterator[Store]":
    """The store, whose warnings are printed at the end, however it comes."""
    try:
        yield store
    finally:
        for warning in store.warnings:
            print_line(f"warning: {warning}")
