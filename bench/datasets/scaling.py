"""Scales the columns of a table, so that each one counts alike in distances."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Scale = Literal["standard", "minmax", "none"]
Blocks = Callable[[], Iterator[NDArray[np.float64]]]
"""Gives consecutive rows of a table, (some rows, n_columns), from the first row each time."""
WORDS: dict[Scale, str] = {
    "standard": "columns, standardised",
    "minmax": "columns, scaled to [0, 1]",
    "none": "columns, not scaled",
}
"""What the features are afterwards."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """x becomes (x − shift) / size, for each column."""

    shift: NDArray[np.float64]
    """(n_columns,)."""
    size: NDArray[np.float64]
    """(n_columns,), above 0."""
    lowest: NDArray[np.float64]
    """(n_columns,) The smallest value of each column."""
    highest: NDArray[np.float64]
    """(n_columns,) The largest value of each column."""

    def apply(self, rows: NDArray[np.float64]) -> NDArray[np.float32]:
        """The scaled rows, (some rows, n_columns)."""
        with np.errstate(over="ignore"):
            return ((rows - self.shift) / self.size).astype(np.float32)


def fitted(blocks: Blocks, scale: Scale) -> Scaling:
    """The scaling of a table of finite numbers, in up to three passes over its rows.

    standard: each column gets the mean 0 and the standard deviation 1, with n as the divisor. minmax: its smallest
    value becomes 0 and its largest 1. A column whose values are all equal becomes 0 by both.

    >>> table = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> fitted(lambda: iter([table]), "standard").apply(table).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    n_rows, lowest, highest = 0, np.array(np.inf), np.array(-np.inf)
    for rows in blocks():
        n_rows += len(rows)
        lowest, highest = np.minimum(lowest, rows.min(axis=0)), np.maximum(highest, rows.max(axis=0))
    constant = lowest == highest
    if scale == "none":
        return Scaling(np.zeros_like(lowest), np.ones_like(lowest), lowest, highest)
    with np.errstate(over="ignore", invalid="ignore"):  # the caller refuses numbers that are not finite afterwards
        shift, size = lowest, highest - lowest
        if scale == "standard":
            shift = _sum(rows / n_rows for rows in blocks())
            shift = np.where(constant, lowest, shift)
            spread = np.where(constant, 1.0, size)  # squares of very large or small numbers leave the range of floats
            size = spread * np.sqrt(_sum(np.square((rows - shift) / spread) for rows in blocks()) / n_rows)
    return Scaling(shift, np.where(constant, 1.0, size), lowest, highest)


def _sum(blocks: Iterator[NDArray[np.float64]]) -> NDArray[np.float64]:
    total = next(blocks).sum(axis=0)
    for rows in blocks:
        total = total + rows.sum(axis=0)
    return np.asarray(total)
