"""Leaves out the rows whose image cannot be read, and lists them."""

from dataclasses import replace

import numpy as np

from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback
from bench.errors import UsageError
from bench.store.remarks import caveat

_BATCH_ROWS = 100
_NAMED = 3
_LISTED = 100_000
"""Rows that are listed with their reason: a limit on the size of the list."""


def readable(rows: Rows, progress: DecodingCallback | None) -> Rows:
    """The rows that can be read. Each row is read once to find them. Raises UsageError if there are none."""
    bad: dict[int, str] = {}
    for start in range(0, len(rows), _BATCH_ROWS):
        batch = range(start, min(start + _BATCH_ROWS, len(rows)))
        for row, opener in zip(batch, rows.read(batch), strict=True):
            try:
                opener()
            except UsageError as error:
                bad[row] = _told(str(error), rows, row)
        if progress is not None:
            progress(batch[-1] + 1, len(rows))
    if not bad:
        return rows
    if len(bad) == len(rows):
        raise UsageError(f"data set '{rows.source}': none of its {len(rows):,} rows can be read; the first: {bad[0]}")
    named = ", ".join(rows.called(row) for row in list(bad)[:_NAMED]) + (", …" if len(bad) > _NAMED else "")
    left = caveat(
        f"{len(bad):,} of {len(rows):,} rows cannot be read and were left out (--on-bad skip): {named}."
        f"{_emptied(rows, list(bad))}"
    )
    kept = rows.take(np.setdiff1d(np.arange(len(rows)), list(bad)), left)
    return replace(kept, skipped=list(bad.values())[:_LISTED])


def _told(message: str, rows: Rows, row: int) -> str:
    """The message about a row, without the name of the data set; it begins with the name of the row."""
    for start in (f"data set '{rows.source}', ", f"data set '{rows.source}': "):
        message = message.removeprefix(start)
    called = rows.called(row)
    return message if message.startswith((f"{called}:", f"{called} ")) else f"{called}: {message}"


def _emptied(rows: Rows, bad: list[int]) -> str:
    """A sentence about the classes all of whose rows are left out; they still count as classes."""
    if rows.labels is None or rows.class_names is None:
        return ""
    left = set(np.delete(rows.labels, bad).tolist())
    names = [repr(rows.class_names[code]) for code in np.unique(rows.labels[bad]).tolist() if code not in left]
    if not names:
        return ""
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return (
        f" No row of {len(names):,} of {len(rows.class_names):,} classes is left: {listed}; the number of clusters is "
        "still that of all classes unless --n-clusters is given."
    )
