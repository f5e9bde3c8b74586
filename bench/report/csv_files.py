"""Tables as CSV files: each is written whole, and read only if it is whole."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.store.files import write_text


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write `table` without its index and return `path`."""
    return write_text(path, table.to_csv(index=False, lineterminator="\n"))


def read_csv(path: Path, columns: Sequence[str]) -> pd.DataFrame | None:
    """The table in `path`; None if the file does not exist, is damaged, or lacks one of `columns`."""
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):  # pandas raises a ValueError for a file that it cannot parse or decode
        return None
    return table if set(columns) <= set(table) else None
