"""Finds numbers of a text file that can be read in two ways: 1.200 beside 950 may be 1200 or 1.2."""

import re
from collections.abc import Sequence

from bench.datasets.file_formats import stem
from bench.datasets.table_dialect import MISSING, Dialect, first_lines, is_number, split_lines
from bench.errors import UsageError


def check_thousands(text: str, dialect: Dialect, names: Sequence[str], source: str) -> None:
    """Raise UsageError if the numbers of a column in `names` may have separators of thousands or decimals.

    A comma or point with three digits behind it can be both. It separates thousands if the column has whole numbers
    below 1000 beside it; so it does in a file with semicolons, which countries with a decimal comma use. Nothing is
    doubtful if a number of the file shows its decimal sign, such as 5.25, or if commas separate the values.
    """
    if dialect.separator == "," or not _doubtful(first_lines(text), dialect):
        return
    found = [(at, cell) for at, cell in _doubtful(text.split("\n"), dialect) if at < len(names)]
    if not found:
        return
    at, cell = found[0]
    other = "," if dialect.decimal == "." else "."
    read = f"pandas.read_csv({source!r}, sep={dialect.separator!r}, thousands={dialect.decimal!r}, decimal={other!r})"
    raise UsageError(
        f"data set '{source}': the column '{names[at]}' has numbers such as '{cell}', which may be "
        f"{cell.replace(dialect.decimal, '')} or {float(cell.replace(dialect.decimal, '.', 1)):g}; expected numbers "
        "that can be read in one way: write them without separators of thousands. In Python, this converts the file if "
        f"they are thousands: import pandas; {read}.to_parquet('{stem(source)}.parquet'); if they are decimals, "
        f"decimal={dialect.decimal!r} without thousands does"
    )


def _doubtful(lines: Sequence[str], dialect: Dialect) -> list[tuple[int, str]]:
    """The places of the doubtful columns, each with its first doubtful number."""
    sign = re.escape(dialect.decimal)
    thousands = re.compile(rf"[-+]?[1-9]\d{{0,2}}{sign}\d{{3}}")
    small = re.compile(r"[-+]?\d{1,3}")
    rows = split_lines(lines, dialect.separator)[dialect.has_header :]
    columns = [[cell for cell in column if cell not in MISSING] for column in _turned(rows)]
    clear = (
        dialect.decimal in cell and is_number(cell, dialect.decimal) and not thousands.fullmatch(cell)
        for column in columns
        for cell in column
    )
    if any(clear):
        return []
    found = []
    for at, column in enumerate(columns):
        grouped = [cell for cell in column if thousands.fullmatch(cell)]
        others = [cell for cell in column if not thousands.fullmatch(cell)]
        is_mixed = bool(others) and all(small.fullmatch(cell) for cell in others)
        is_local = not others and dialect.separator == ";" and dialect.decimal == "."
        if grouped and (is_mixed or is_local):
            found.append((at, grouped[0]))
    return found


def _turned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The columns of the rows, which may have different lengths."""
    width = max(map(len, rows), default=0)
    return [[row[at] for row in rows if at < len(row)] for at in range(width)]
