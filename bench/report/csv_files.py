"""Tables as CSV files."""

import csv
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
