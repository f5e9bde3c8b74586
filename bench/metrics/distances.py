"""All Euclidean distances within one space, a tile at a time.

All n² distances of 70,000 samples would fill 20 GB; a tile of them fills 16 MB. The squares in a tile come from one
matrix product, of whole numbers for images of 8 bits (`pixels`), in floating point for all else (`points`).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.pixels import Pixels
from bench.metrics.points import Points
from bench.threads import blas_threads

_TILE = 2048
"""Samples along each side of a tile."""
_STRIP = 64
"""Rows of a tile that stay in the cache of one core while their roots are taken."""


def distance_tiles(X: FloatArray) -> Iterator[tuple[slice, slice, npt.NDArray[np.float32]]]:
    """Yield rows, columns and their distances, shape (rows, columns), for the upper triangle of tiles.

    `X` has shape (n_samples, n_features), float32 or float64, and may be read-only. A tile off the diagonal stands for
    its transpose too; it is overwritten by the next one. Distances are in a unit of their own, the same for all.
    Raises ValueError if X holds numbers that are not finite.

    >>> for rows, columns, distances in distance_tiles(np.array([[0.0], [0.5], [1.0]])):
    ...     print(rows, columns, distances / distances.max())
    slice(0, 3, None) slice(0, 3, None) [[0.  0.5 1. ]
     [0.5 0.  0.5]
     [1.  0.5 0. ]]
    """
    blocks = _blocks(len(X))
    with _Tiles(X) as tiles:
        for i, rows in enumerate(blocks):
            numbers = np.arange(rows.start, rows.stop)
            for columns in blocks[i:]:
                yield rows, columns, tiles.compute(numbers, columns)


def distances_from(X: FloatArray, chosen: IntArray) -> Iterator[tuple[slice, slice, npt.NDArray[np.float32]]]:
    """Yield which of the `chosen` samples, which columns of X, and their distances, for all tiles of chosen × X.

    Otherwise as `distance_tiles`.
    """
    with _Tiles(X) as tiles:
        for part in _blocks(len(chosen)):
            rows = chosen[part]
            for columns in _blocks(len(X)):
                yield part, columns, tiles.compute(rows, columns)


def _blocks(n_samples: int) -> list[slice]:
    return [slice(start, min(start + _TILE, n_samples)) for start in range(0, n_samples, _TILE)]


class _Tiles(AbstractContextManager["_Tiles"]):
    """Computes tiles of one space, on as many threads as matrix products use, into memory that all tiles share."""

    def __init__(self, X: FloatArray) -> None:
        self._space = Pixels.of(X) or Points(X)
        self._buffer = np.empty(min(_TILE, len(X)) ** 2, np.float32)
        self._pool = ThreadPoolExecutor(blas_threads())

    def compute(self, rows: IntArray, columns: slice) -> npt.NDArray[np.float32]:
        """Distances of those samples to those columns; overwritten by the next call."""
        shape = (len(rows), columns.stop - columns.start)
        distances = self._buffer[: shape[0] * shape[1]].reshape(shape)
        fill = self._space.squares(rows, columns, distances)
        strips = (slice(start, start + _STRIP) for start in range(0, shape[0], _STRIP))
        list(self._pool.map(partial(_root, distances, fill), strips))
        return distances

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._pool.shutdown()


def _root(distances: npt.NDArray[np.float32], fill: Callable[[slice], None], strip: slice) -> None:
    """Fill a strip with squared distances and take their roots while it is in the cache."""
    fill(strip)
    np.sqrt(distances[strip], out=distances[strip])
