"""The rows of a CSV file of the report, as text; a damaged file gives none, and a line says so."""

import csv
import io

from bench.store.files import read_file
from bench.store.store import Store


def csv_rows(store: Store, name: str, needs: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows by column; empty if the file is absent.

    If it is damaged or lacks a column of `needs`, there are no rows, and the warnings of the store get one line.
    """
    path = store.path(name)
    if not path.exists():
        return []
    try:
        reader = csv.DictReader(io.StringIO(read_file(path).decode(), newline=""), strict=True)
        rows = list(reader)
        if any(None in row or None in row.values() for row in rows):
            raise ValueError("its rows have different numbers of fields")
        if missing := [column for column in needs if column not in (reader.fieldnames or ())]:
            raise ValueError(f"it has no column {missing[0]!r}")
    except (ValueError, csv.Error) as error:
        store.warn(f"{path} is damaged ({error}); the page leaves it out.")
        return []
    return rows


def number_or_none(text: str) -> float | None:
    """The number of a field; None if it is empty or no number.

    >>> number_or_none("0.5"), number_or_none(""), number_or_none("nan"), number_or_none("abc")
    (0.5, None, None, None)
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value - value == 0 else None
