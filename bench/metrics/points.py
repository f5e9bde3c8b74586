"""Squared distances of points anywhere, in float32 where that is precise enough, else in float64.

A tile is one matrix product, ‖a‖² + ‖b‖² − 2ab. That cancels where two samples are far nearer to each other than to the
mean of all, as in tight clusters far apart; there the distances are computed in float64.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray

_BLOCK = 2048
"""Samples at a time while the space is measured."""
_FLOAT32_LIMIT = 1e-4
"""Smallest d² / (‖a‖² + ‖b‖²) for which float32 is precise enough. Its rounding, 6e-8 of the norms, moves such a d by
at most 3e-6 of their root, up or down, and the mean over thousands of samples by far less than 1e-6."""
_FEW = 2048
"""Nearer pairs than that are subtracted one by one up to this number in a tile, in a fifth of the time of the tile's
product; if they are more, the tile is computed anew in float64."""


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
        self._rows: IntArray = np.empty(0, np.int64)

    def squares(self, rows: IntArray, columns: slice, out: npt.NDArray[np.float32]) -> Callable[[slice], None]:
        """Fill `out`, (rows, columns), with squared distances. Returns what is left to do, strip by strip: nothing.

        Rows that are the same array as in the call before are prepared once.
        """
        if rows is not self._rows:
            self._rows = rows
            self._left = self._factor(rows, np.float32, left=True)
            self._exact = out.shape == (len(self.X), len(self.X))  # few points: float64 costs nothing
        if self._exact or not self._float32_squares(rows, columns, out):
            self._exact = True  # most likely the rest of these rows needs it too
            product = self._factor(rows, np.float64, left=True) @ self._factor(columns, np.float64, left=False).T
            np.maximum(product, 0, out=out, casting="same_kind")
        same = np.flatnonzero((rows >= columns.start) & (rows < columns.stop))
        out[same, rows[same] - columns.start] = 0
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

    def _float32_squares(self, rows: IntArray, columns: slice, out: npt.NDArray[np.float32]) -> bool:
        """One tile of squared distances, all above 0, the few near pairs by subtraction; False if those are many."""
        right = self._factor(columns, np.float32, left=False)
        np.matmul(self._left, right.T, out=out)
        limit = _FLOAT32_LIMIT * (self._left[:, -2].max() + right[:, -1].max())
        if out.min() < limit:
            near = out < limit
            if np.count_nonzero(near) > _FEW + min(out.shape):  # each may lie in both rows and columns
                return False
            first, second = np.nonzero(near)
            out[first, second] = self._squares_of_pairs(rows[first], second + columns.start)
        return True

    def _squares_of_pairs(self, first: IntArray, second: IntArray) -> npt.NDArray[Any]:
        """Squared distances, shape (n_pairs,), of pairs of samples, by subtraction in float64."""
        difference = (self.X[first] - self.X[second].astype(np.float64)) * self.scale
        squares: npt.NDArray[Any] = np.einsum("ij,ij->i", difference, difference)
        return squares
