"""All Euclidean distances within one space, a tile at a time.

All n² distances of 70,000 samples would fill 20 GB; a tile of them fills 16 MB. A tile is one matrix product in
float32, ‖a‖² + ‖b‖² − 2ab. That cancels where two samples are far nearer to each other than to the mean of all, as in
tight clusters far apart; there the distances are computed in float64.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.metrics.fit import FloatArray, IntArray

_TILE = 2048
"""Samples along each side of a tile."""
_FLOAT32_LIMIT = 1e-4
"""Smallest d² / (‖a‖² + ‖b‖²) for which float32 is precise enough. Its rounding, 6e-8 of the norms, moves such a d by
at most 3e-6 of their root, up or down, and the mean over thousands of samples by far less than 1e-6."""
_FEW = 2048
"""Nearer pairs than that are subtracted one by one up to this number in a tile, in a fifth of the time of the tile's
product; if they are more, the tile is computed anew in float64."""


def distance_tiles(X: FloatArray) -> Iterator[tuple[slice, slice, npt.NDArray[np.float32]]]:
    """Yield rows, columns and their distances, shape (rows, columns), for the upper triangle of tiles.

    `X` has shape (n_samples, n_features), float32 or float64, and may be read-only. A tile off the diagonal stands for
    its transpose too. Distances are in a unit of their own, one power of two for all, so that neither tiny nor huge
    data leave the range of float32. Raises ValueError if X holds numbers that are not finite.

    >>> for rows, columns, distances in distance_tiles(np.array([[0.0], [0.5], [1.0]])):
    ...     print(rows, columns, distances / distances.max())
    slice(0, 3, None) slice(0, 3, None) [[0.  0.5 1. ]
     [0.5 0.  0.5]
     [1.  0.5 0. ]]
    """
    space = _Space(X)
    tiles = [slice(start, min(start + _TILE, len(X))) for start in range(0, len(X), _TILE)]
    for i, rows in enumerate(tiles):
        left = space.factor(rows, np.float32, left=True)
        exact = len(tiles) == 1
        for columns in tiles[i:]:
            squares = None if exact else _float32_squares(space, rows, columns, left)
            if squares is None:
                squares = _float64_squares(space, rows, columns)
                exact = True  # most likely the rest of these rows needs it too
            if columns == rows:
                np.fill_diagonal(squares, 0)
            np.maximum(squares, 0, out=squares)
            yield rows, columns, np.sqrt(squares, out=squares)


class _Space:
    """The points, moved to their mean and scaled by a power of two to coordinates in [−1, 1], a block at a time.

    Neither changes a ratio of distances. The first keeps the norms, and with them cancellation, small; the second keeps
    squares in the range of float32.
    """

    def __init__(self, X: FloatArray) -> None:
        self.X = X if X.dtype in (np.float32, np.float64) else X.astype(np.float64)
        self.mean = self.X.mean(axis=0, dtype=np.float64)
        if not np.isfinite(self.mean).all():
            raise ValueError("the space must hold finite numbers only.")
        blocks = (self.X[start : start + _TILE] - self.mean for start in range(0, len(X), _TILE))
        exponent = int(np.frexp(max(float(np.abs(block).max()) for block in blocks))[1])
        self.scale = math.ldexp(1.0, -min(max(exponent, -120), 120))

    def factor(self, rows: slice, dtype: npt.DTypeLike, left: bool) -> npt.NDArray[Any]:
        """[−2x, ‖x‖², 1] or [x, 1, ‖x‖²]: the product of a left and a right one holds the squared distances."""
        # Rounding the mean moves all points alike, which no distance notices; so float32 may subtract in float32.
        mean = self.mean if dtype == np.float64 else self.mean.astype(self.X.dtype)
        factor = np.ones((rows.stop - rows.start, self.X.shape[1] + 2), dtype)
        block = factor[:, :-2]
        np.subtract(self.X[rows], mean, out=block, casting="same_kind")
        block *= self.scale
        factor[:, -2 if left else -1] = np.einsum("ij,ij->i", block, block)
        if left:
            block *= -2
        return factor

    def squares_of_pairs(self, first: IntArray, second: IntArray) -> npt.NDArray[Any]:
        """Squared distances, shape (n_pairs,), of pairs of samples, by subtraction in float64."""
        difference = (self.X[first] - self.X[second].astype(np.float64)) * self.scale
        squares: npt.NDArray[Any] = np.einsum("ij,ij->i", difference, difference)
        return squares


def _float32_squares(
    space: _Space, rows: slice, columns: slice, left: npt.NDArray[Any]
) -> npt.NDArray[np.float32] | None:
    """One tile of squared distances, the few near pairs by subtraction; None if near pairs are many.

    `left` is the rows' left factor.
    """
    right = space.factor(columns, np.float32, left=False)
    squares: npt.NDArray[np.float32] = left @ right.T
    limit = _FLOAT32_LIMIT * (left[:, -2].max() + right[:, -1].max())
    if columns == rows:
        np.fill_diagonal(squares, np.inf)
    if squares.min() < limit:
        near = squares < limit
        if np.count_nonzero(near) > _FEW:
            return None
        first, second = np.nonzero(near)
        squares[first, second] = space.squares_of_pairs(first + rows.start, second + columns.start)
    return squares


def _float64_squares(space: _Space, rows: slice, columns: slice) -> npt.NDArray[np.float32]:
    """One tile of squared distances, computed in float64 and rounded last."""
    product: npt.NDArray[np.float64] = (
        space.factor(rows, np.float64, left=True) @ space.factor(columns, np.float64, left=False).T
    )
    return product.astype(np.float32)
