"""Tables as CSV files: each is written whole, and read only if it is whole."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.store.files import write_text


def csv_text(table: pd.DataFrame, index: bool = False) -> str:
    """`table` as CSV, with its index if `index`. The text of a cell is not changed, only quoted."""
    text = table.to_csv(index=index, lineterminator="\n")
    if "\r" in text:  # some versions of Python do not quote a carriage return, which readers take for the end of a row
        return table.to_csv(index=index, lineterminator="\n", quoting=csv.QUOTE_ALL)
    return text


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write `table` without its index and return `path`."""
    return write_text(path, csv_text(table))


def read_csv(path: Path, columns: Sequence[str]) -> pd.DataFrame | None:
    """The table in `path`; None if the file does not exist, is damaged, or lacks one of `columns`."""
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):  # pandas raises a ValueError for a file that it cannot parse or decode
        return None
    return table if set(columns) <= set(table) else None
