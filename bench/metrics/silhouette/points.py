"""Squared distances of any points: in float32 where that is precise enough, else in float64.

A strip of a tile is one matrix product, ‖a‖² + ‖b‖² − 2ab. It loses precision by cancellation if two samples are much
nearer to each other than to the centre of all samples, as in dense clusters that are far apart. Such distances are
computed in float64.
"""

import math
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import Float32Array, FloatArray, IntArray, row_blocks

_FLOAT32_LIMIT = 1e-4
"""Smallest d² / (‖a‖² + ‖b‖²) for which float32 is precise enough; a pair below it is a near pair. The rounding of
float32, 6e-8 of the norms, changes such a d by at most 3e-6 of the root of the norms."""
_MAX_NEAR_PAIRS = 64
"""Most near pairs of a strip, without pairs of a sample with itself, that are computed one by one. If there are more,
the whole strip is computed again in float64."""
_PROBE_ROWS = 256
"""Number of rows whose distances to each other show whether there are many near pairs."""
_MEDIAN_ROWS = 1000
"""Number of rows whose median is the centre. A mean would be moved by outliers."""


def centre(X: FloatArray) -> npt.NDArray[np.float64]:
    """The median of at most _MEDIAN_ROWS rows of `X`, (n_samples, n_features): (n_features,)."""
    median: npt.NDArray[np.float64] = np.median(X[:: -(-len(X) // _MEDIAN_ROWS)].astype(np.float64), axis=0)
    return median


def scale(largest: float, dtype: npt.DTypeLike) -> float:
    """The power of two that brings coordinates of magnitude up to `largest` into [−1, 1] and keeps the type's range.

    Raises ValueError if `largest` is infinity or NaN.
    """
    if not math.isfinite(largest):
        raise ValueError("X must contain finite numbers only, got infinity or NaN.")
    most = 120 if dtype == np.float32 else 1000
    return math.ldexp(1.0, -min(max(math.frexp(largest)[1], -most), most))


class Points:
    """Points, moved to their median and multiplied by a power of two, so that coordinates are in [−1, 1].

    Neither step changes a ratio of distances. The move makes the norms small, and so reduces the cancellation. The
    factor keeps the squares in the range of float32.
    """

    def __init__(self, X: FloatArray, order: IntArray) -> None:
        """`X` has shape (n_samples, n_features), `order` (n_samples,). Raises ValueError if X has infinity or NaN."""
        import torch  # its product of float32 is faster than numpy's on one thread

        self.X = X if X.dtype in (np.float32, np.float64) else X.astype(np.float64)
        self.order = order
        self.centre = centre(self.X)
        with np.errstate(invalid="ignore"):  # infinity − infinity
            largest = float(np.max([np.abs(self.X[rows] - self.centre).max() for rows in row_blocks(len(X))]))
        self.scale = scale(largest, self.X.dtype)
        self._multiply = torch.mm
        self._tensor = torch.from_numpy

    def left(self, places: IntArray) -> "_Operand":
        """The left operand of the product for the rows at `places`; all tiles of these rows share it."""
        return _Operand(self, places, left=True)

    def right(self, columns: slice) -> "_Operand":
        """The right operand of the product for these columns; all strips of a tile share it."""
        return _Operand(self, np.arange(columns.start, columns.stop), left=False)

    def squares(self, left: "_Operand", strip: slice, right: "_Operand", out: Float32Array) -> None:
        """Fill `out` with the squared distances of the rows `strip` to the columns."""
        if left.has_many_near_pairs or not self._float32_squares(left, strip, right, out):
            np.maximum(left.float64[strip] @ right.float64.T, 0, out=out, casting="same_kind")
        places = left.places[strip]
        first = right.places[0]
        same = np.flatnonzero((places >= first) & (places < first + len(right.places)))
        out[same, places[same] - first] = 0

    def _float32_squares(self, left: "_Operand", strip: slice, right: "_Operand", out: Float32Array) -> bool:
        """Fill `out` by the product in float32 and compute a few near pairs again; False if there are many."""
        self._multiply(self._tensor(left.float32[strip]), self._tensor(right.float32).T, out=self._tensor(out))
        limit = _FLOAT32_LIMIT * (left.norms[strip].max() + right.norms.max())
        if out.min() < limit:
            near = out < limit
            if np.count_nonzero(near) > _MAX_NEAR_PAIRS + len(out):
                return False
            first, second = np.nonzero(near)
            out[first, second] = self._squares_of_pairs(left.places[strip][first], right.places[second])
        return True

    def _squares_of_pairs(self, first: IntArray, second: IntArray) -> npt.NDArray[Any]:
        """Squared distances, shape (n_pairs,), of pairs of samples, by subtraction in float64."""
        difference = (self.X[self.order[first]] - self.X[self.order[second]].astype(np.float64)) * self.scale
        squares: npt.NDArray[Any] = np.einsum("ij,ij->i", difference, difference)
        return squares


class _Operand:
    """Rows or columns of a tile: [−2x, ‖x‖², 1] on the left, [x, 1, ‖x‖²] on the right. The product of a left and a
    right operand is the matrix of squared distances."""

    def __init__(self, space: Points, places: IntArray, *, left: bool) -> None:
        self._space = space
        self._is_left = left
        self.places = places
        self.float32 = self._matrix(np.float32)
        self.norms = self.float32[:, -2 if left else -1]

    @cached_property
    def float64(self) -> npt.NDArray[Any]:
        """The operand in float64."""
        return self._matrix(np.float64)

    @cached_property
    def has_many_near_pairs(self) -> bool:
        """Whether these rows have so many near pairs that most of their tiles will need float64."""
        if len(self._space.X) <= len(self.places):
            return True  # all samples are in one tile: float64 costs very little
        probe = _Operand(self._space, self.places[:_PROBE_ROWS], left=False)
        product = self.float32[:_PROBE_ROWS] @ probe.float32.T
        near = int(np.count_nonzero(product < 2 * _FLOAT32_LIMIT * self.norms.max()))
        return near > 2 * len(probe.places)  # each sample is near itself

    def _matrix(self, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        space = self._space
        # A rounded centre moves all points equally and changes no distance. So float32 may be subtracted in float32.
        points = space.X[space.order[self.places]]
        points = points - space.centre.astype(points.dtype if dtype == np.float32 else np.float64)
        points *= space.scale  # before the conversion to float32, which has a smaller range than float64
        matrix = np.ones((len(points), points.shape[1] + 2), dtype)
        block = matrix[:, :-2]
        block[:] = points
        matrix[:, -2 if self._is_left else -1] = np.einsum("ij,ij->i", block, block)
        if self._is_left:
            block *= -2
        return matrix
