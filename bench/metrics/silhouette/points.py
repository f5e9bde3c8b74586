"""Squared distances of points anywhere, in float32 where that is precise enough, else in float64.

A strip of a tile is one matrix product, ‖a‖² + ‖b‖² − 2ab. That cancels where two samples are far nearer to each other
than to the mean of all, as in tight clusters far apart; there the distances are computed in float64.
"""

import math
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray

_BLOCK = 2048
"""Samples at a time while the space is measured."""
_FLOAT32_LIMIT = 1e-4
"""Smallest d² / (‖a‖² + ‖b‖²) for which float32 is precise enough. Its rounding, 6e-8 of the norms, moves such a d by
at most 3e-6 of their root, up or down, and the mean over thousands of samples by far less than 1e-6."""
_FEW = 64
"""Nearer pairs than that are subtracted one by one up to this number in a strip, beside each sample with itself, in a
fraction of the time of its product; if they are more, the strip is computed anew in float64."""
_GLANCE = 256
"""Rows whose distances to each other tell whether near pairs are many."""


_CENTRAL = 1000
"""Rows whose median is the centre: no outlier draws it away from the others, as it would a mean."""


class Points:
    """The points, moved to their median and scaled by a power of two to coordinates in [−1, 1], a block at a time.

    Neither changes a ratio of distances. The first keeps the norms, and with them cancellation, small; the second keeps
    squares in the range of float32.
    """

    def __init__(self, X: FloatArray, order: IntArray) -> None:
        """Raises ValueError if X holds numbers that are not finite."""
        import torch  # whose product of float32 is faster than numpy's on one thread

        self.X = X if X.dtype in (np.float32, np.float64) else X.astype(np.float64)
        self.order = order
        self.centre = np.median(self.X[:: -(-len(X) // _CENTRAL)].astype(np.float64), axis=0)
        with np.errstate(invalid="ignore"):  # infinity − infinity
            blocks = (self.X[start : start + _BLOCK] - self.centre for start in range(0, len(X), _BLOCK))
            largest = float(np.max([np.abs(block).max() for block in blocks]))
        if not math.isfinite(largest):
            raise ValueError("the space must hold finite numbers only.")
        most = 120 if self.X.dtype == np.float32 else 1000
        self.scale = math.ldexp(1.0, -min(max(int(np.frexp(largest)[1]), -most), most))
        self._multiply = torch.mm
        self._tensor = torch.from_numpy

    def left(self, places: IntArray) -> "_Side":
        """What all tiles of these rows have in common."""
        return _Side(self, places, left=True)

    def right(self, columns: slice) -> "_Side":
        """What all strips of a tile of these columns have in common."""
        return _Side(self, np.arange(columns.start, columns.stop), left=False)

    def squares(self, left: "_Side", strip: slice, right: "_Side", out: npt.NDArray[np.float32]) -> None:
        """Fill `out` with the squared distances of a strip of the rows to the columns."""
        if left.crowded or not self._float32_squares(left, strip, right, out):
            np.maximum(left.double[strip] @ right.double.T, 0, out=out, casting="same_kind")
        places = left.places[strip]
        first = right.places[0]
        same = np.flatnonzero((places >= first) & (places < first + len(right.places)))
        out[same, places[same] - first] = 0

    def _float32_squares(self, left: "_Side", strip: slice, right: "_Side", out: npt.NDArray[np.float32]) -> bool:
        """Squared distances, all above 0, the few near pairs by subtraction; False if those are many."""
        self._multiply(self._tensor(left.single[strip]), self._tensor(right.single).T, out=self._tensor(out))
        limit = _FLOAT32_LIMIT * (left.norms[strip].max() + right.norms.max())
        if out.min() < limit:
            near = out < limit
            if np.count_nonzero(near) > _FEW + len(out):
                return False
            first, second = np.nonzero(near)
            out[first, second] = self._squares_of_pairs(left.places[strip][first], right.places[second])
        return True

    def _squares_of_pairs(self, first: IntArray, second: IntArray) -> npt.NDArray[Any]:
        """Squared distances, shape (n_pairs,), of pairs of samples, by subtraction in float64."""
        difference = (self.X[self.order[first]] - self.X[self.order[second]].astype(np.float64)) * self.scale
        squares: npt.NDArray[Any] = np.einsum("ij,ij->i", difference, difference)
        return squares


class _Side:
    """Rows or columns of tiles: [−2x, ‖x‖², 1] on the left, [x, 1, ‖x‖²] on the right; their product is the squares."""

    def __init__(self, space: Points, places: IntArray, *, left: bool) -> None:
        self._space = space
        self._is_left = left
        self.places = places
        self.single = self._factor(np.float32)
        self.norms = self.single[:, -2 if left else -1]

    @cached_property
    def double(self) -> npt.NDArray[Any]:
        """The factor in float64."""
        return self._factor(np.float64)

    @cached_property
    def crowded(self) -> bool:
        """Whether so many of a few pairs are near that most tiles of these rows will need float64."""
        if len(self._space.X) <= len(self.places):
            return True  # all in one tile: float64 costs nothing
        some = _Side(self._space, self.places[:_GLANCE], left=False)
        product = self.single[:_GLANCE] @ some.single.T
        near = int(np.count_nonzero(product < 2 * _FLOAT32_LIMIT * self.norms.max()))
        return near > 2 * len(some.places)  # each is near itself

    def _factor(self, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        space = self._space
        # Rounding the centre moves all points alike, which no distance notices; so float32 may subtract in float32.
        points = space.X[space.order[self.places]]
        points = points - space.centre.astype(points.dtype if dtype == np.float32 else np.float64)
        points *= space.scale  # before float64 becomes float32: its range is a small part of the other's
        factor = np.ones((len(points), points.shape[1] + 2), dtype)
        block = factor[:, :-2]
        block[:] = points
        factor[:, -2 if self._is_left else -1] = np.einsum("ij,ij->i", block, block)
        if self._is_left:
            block *= -2
        return factor
