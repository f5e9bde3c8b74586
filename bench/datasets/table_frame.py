"""A table as it was read from a file or given by a program, before it is decided what its columns are."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from bench.store.remarks import Remark, fact


@dataclass(frozen=True, eq=False)
class TableFrame:
    """Rows and columns of any type."""

    source: str
    """Name of the data set in messages."""
    frame: pd.DataFrame
    """Its columns have different names, which are texts."""
    notes: list[Remark] = field(default_factory=list)
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names of all classes, in their order, of the columns that declare them."""
    label_columns: tuple[str, ...] = ()
    """Columns that say themselves that they have labels."""
    first_line: int | None = None
    """Number of the line of the first row; None if rows are not lines."""
    row_names: tuple[str, ...] | None = None
    """The names of the rows if no column has them."""
    decimal: str = "."
    """The sign before the decimals of numbers that are texts."""
    is_mixed: bool = False
    """Whether a column may have the other sign, because commas do not separate the values."""

    written: Callable[[str], pd.Series] | None = None
    """Gives the cells of a column as they are written; None if they are not texts."""

    def cell(self, row: int, column: str) -> str:
        """The text of a cell; empty if the cell is, or has no text."""
        value = self.frame[column].iloc[row] if self.written is None else self.written(column).iloc[row]
        return value.strip() if isinstance(value, str) else ""

    def place(self, row: int) -> str:
        """The row in messages.

        >>> TableFrame("a", pd.DataFrame(), first_line=2).place(3)
        'row 3 (line 5)'
        """
        return f"row {row:,}" + ("" if self.first_line is None else f" (line {row + self.first_line:,})")


def distinct_names(names: Sequence[str], source: str) -> tuple[list[str], list[Remark]]:
    """Different names of columns, and a remark for each name that occurs several times.

    A column without a name is called `Unnamed: POSITION`, as in pandas, and the second column `a` is called `a.1`.

    >>> distinct_names(["", "a", "a"], "t.csv")[0]
    ['Unnamed: 0', 'a', 'a.1']
    """
    filled = [name or f"Unnamed: {position}" for position, name in enumerate(names)]
    notes = [
        fact(f"data set '{source}': {count} columns are called '{name}'; the later ones are called '{name}.1' …")
        for name, count in Counter(filled).items()
        if count > 1
    ]
    found: list[str] = []
    for name in filled:
        other, number = name, 0
        while other in found or (number and other in filled):
            number += 1
            other = f"{name}.{number}"
        found.append(other)
    return found, notes
