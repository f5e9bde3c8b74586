"""All Euclidean distances within one space, a tile at a time.

All n² distances of 70,000 samples would fill 20 GB; a tile of them fills 16 MB. The squares in a tile come from one
matrix product, of whole numbers for images of 8 bits (`pixels`), in floating point for all else (`points`).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray
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
    space = Pixels.of(X) or Points(X)
    tiles = [slice(start, min(start + _TILE, len(X))) for start in range(0, len(X), _TILE)]
    buffer = np.empty(_TILE * _TILE, np.float32)
    with ThreadPoolExecutor(blas_threads()) as pool:
        for i, rows in enumerate(tiles):
            for columns in tiles[i:]:
                shape = (rows.stop - rows.start, columns.stop - columns.start)
                distances = buffer[: shape[0] * shape[1]].reshape(shape)
                fill = space.squares(rows, columns, distances)
                strips = (slice(start, start + _STRIP) for start in range(0, shape[0], _STRIP))
                list(pool.map(partial(_root, distances, fill), strips))
                yield rows, columns, distances


def _root(distances: npt.NDArray[np.float32], fill: Callable[[slice], None], strip: slice) -> None:
    """Fill a strip with squared distances and take their roots while it is in the cache."""
    fill(strip)
    np.sqrt(distances[strip], out=distances[strip])
