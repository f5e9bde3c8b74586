"""Leaves out the rows whose image cannot be read, and lists them."""

from dataclasses import replace

import numpy as np

from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback
from bench.errors import UsageError

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
                bad[row] = str(error).removeprefix(f"data set '{rows.source}', ")
        if progress is not None:
            progress(batch[-1] + 1, len(rows))
    if not bad:
        return rows
    if len(bad) == len(rows):
        raise UsageError(f"data set '{rows.source}': none of its {len(rows):,} rows can be read; the first: {bad[0]}")
    named = ", ".join(rows.called(row) for row in list(bad)[:_NAMED]) + (", …" if len(bad) > _NAMED else "")
    kept = rows.take(
        np.setdiff1d(np.arange(len(rows)), list(bad)),
        f"{len(bad):,} of {len(rows):,} rows cannot be read and were left out (--on-bad skip): {named}.",
    )
    return replace(kept, skipped=[f"{rows.called(row)}: {reason}" for row, reason in list(bad.items())[:_LISTED]])
