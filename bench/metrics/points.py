"""Squared distances of points anywhere, in float32 where that is precise enough, else in float64.

A tile is one matrix product, ‖a‖² + ‖b‖² − 2ab. That cancels where two samples are far nearer to each other than to the
mean of all, as in tight clusters far apart; there the distances are computed in float64.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray

_BLOCK = 2048
"""Samples at a time while the space is measured."""
_FLOAT32_LIMIT = 1e-4
"""Smallest d² / (‖a‖² + ‖b‖²) for which float32 is precise enough. Its rounding, 6e-8 of the norms, moves such a d by
at most 3e-6 of their root, up or down, and the mean over thousands of samples by far less than 1e-6."""
_FEW = 1024
"""Nearer pairs than that are subtracted one by one up to this number in a tile, in a fifth of the time of the tile's
product; if they are more, the tile is computed anew in float64."""
_GLANCE = 256
"""Rows whose distances to each other tell whether near pairs are many."""


class Points:
    """The points, moved to their mean and scaled by a power of two to coordinates in [−1, 1], a block at a time.

    Neither changes a ratio of distances. The first keeps the norms, and with them cancellation, small; the second keeps
    squares in the range of float32.
    """

    def __init__(self, X: FloatArray) -> None:
        """Raises ValueError if X holds numbers that are not finite."""
        self.X = X if X.dtype in (np.float32, np.float64) else X.astype(np.float64)
        self.mean = self.X.mean(axis=0, dtype=np.float64)
        if not np.isfinite(self.mean).all():
            raise ValueError("the space must hold finite numbers only.")
        blocks = (self.X[start : start + _BLOCK] - self.mean for start in range(0, len(X), _BLOCK))
        exponent = int(np.frexp(max(float(np.abs(block).max()) for block in blocks))[1])
        self.scale = math.ldexp(1.0, -min(max(exponent, -120), 120))

    def prepared(self, rows: IntArray) -> "_Prepared":
        """What all tiles of these rows have in common."""
        left = self._factor(rows, np.float32, left=True)
        few = len(self.X) <= len(rows)  # float64 costs nothing then
        return _Prepared(rows, left, few or self._is_crowded(rows, left))

    def squares(self, rows: "_Prepared", columns: slice, out: npt.NDArray[np.float32]) -> Callable[[slice], None]:
        """Fill `out`, (rows, columns), with squared distances. Returns what is left to do, strip by strip: nothing."""
        if rows.crowded or not self._float32_squares(rows, columns, out):
            product = (
                self._factor(rows.numbers, np.float64, left=True) @ self._factor(columns, np.float64, left=False).T
            )
            np.maximum(product, 0, out=out, casting="same_kind")
        same = np.flatnonzero((rows.numbers >= columns.start) & (rows.numbers < columns.stop))
        out[same, rows.numbers[same] - columns.start] = 0
        return lambda strip: None

    def _factor(self, rows: slice | IntArray, dtype: npt.DTypeLike, left: bool) -> npt.NDArray[Any]:
        """[−2x, ‖x‖², 1] or [x, 1, ‖x‖²]: the product of a left and a right one holds the squared distances."""
        # Rounding the mean moves all points alike, which no distance notices; so float32 may subtract in float32.
        mean = self.mean if dtype == np.float64 else self.mean.astype(self.X.dtype)
        points = self.X[rows]
        factor = np.ones((len(points), self.X.shape[1] + 2), dtype)
        block = factor[:, :-2]
        np.subtract(points, mean, out=block, casting="same_kind")
        block *= self.scale
        factor[:, -2 if left else -1] = np.einsum("ij,ij->i", block, block)
        if left:
            block *= -2
        return factor

    def _is_crowded(self, rows: IntArray, left: npt.NDArray[Any]) -> bool:
        """Whether so many of a few pairs are near that most tiles of these rows will need float64."""
        some = rows[:_GLANCE]
        product = left[:_GLANCE] @ self._factor(some, np.float32, left=False).T
        near = int(np.count_nonzero(product < 2 * _FLOAT32_LIMIT * left[:, -2].max()))
        return near > 2 * len(some)  # each is near itself

    def _float32_squares(self, rows: "_Prepared", columns: slice, out: npt.NDArray[np.float32]) -> bool:
        """One tile of squared distances, all above 0, the few near pairs by subtraction; False if those are many."""
        right = self._factor(columns, np.float32, left=False)
        np.matmul(rows.left, right.T, out=out)
        limit = _FLOAT32_LIMIT * (rows.left[:, -2].max() + right[:, -1].max())
        if out.min() < limit:
            near = out < limit
            if np.count_nonzero(near) > _FEW + min(out.shape):  # each may lie in both rows and columns
                return False
            first, second = np.nonzero(near)
            out[first, second] = self._squares_of_pairs(rows.numbers[first], second + columns.start)
        return True

    def _squares_of_pairs(self, first: IntArray, second: IntArray) -> npt.NDArray[Any]:
        """Squared distances, shape (n_pairs,), of pairs of samples, by subtraction in float64."""
        difference = (self.X[first] - self.X[second].astype(np.float64)) * self.scale
        squares: npt.NDArray[Any] = np.einsum("ij,ij->i", difference, difference)
        return squares


@dataclass(frozen=True)
class _Prepared:
    """Rows of tiles."""

    numbers: IntArray
    left: npt.NDArray[Any]
    """Their left factor in float32."""
    crowded: bool
    """Whether their tiles are computed in float64 at once."""
