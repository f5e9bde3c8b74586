"""Leaves out the rows of a table or an array that lack values."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench.datasets.rows import Rows
from bench.errors import UsageError
from bench.store.remarks import caveat

_LISTED = 20
"""Rows that a note lists."""


def without(rows: Rows, bad: NDArray[np.bool_], problem: str) -> Rows:
    """The rows that are not `bad`, with a note; rows without names get their numbers as names.

    Raises UsageError if no row is left.
    """
    kept, left = np.flatnonzero(~bad), np.flatnonzero(bad).tolist()
    if not len(kept):
        raise UsageError(f"{problem}: no row is left with --on-bad skip; fill the values, or remove the columns")
    listed_rows = ", ".join(map(str, left[:_LISTED])) + (" …" if len(left) > _LISTED else "")
    if rows.names is None:
        rows = replace(rows, names=tuple(f"row {number}" for number in range(len(rows))))
    return rows.take(kept, caveat(f"{problem}: these rows are left out: {listed_rows}"))
