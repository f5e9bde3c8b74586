"""All Euclidean distances within one space, a tile at a time, several tiles at once.

All n² distances of 70,000 samples would fill 20 GB; a tile of them fills 16 MB. The squares in a tile come from one
matrix product, of whole numbers for images of 8 bits (`pixels`), in floating point for all else (`points`). Each thread
computes tiles of its own on one core: threads of several libraries in turn on the same cores wait for each other.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.pixels import Pixels
from bench.metrics.points import Points
from bench.threads import blas_threads, one_thread_each

Result = TypeVar("Result")
Use = Callable[[slice, slice, npt.NDArray[np.float32]], Result]
"""Takes rows, columns and their distances, (rows, columns), which are overwritten when it has returned."""

_TILE = 2048
"""Samples along each side of a tile."""
_STRIP = 64
"""Rows of a tile that stay in the cache of one core while their roots are taken."""
_AHEAD = 4
"""Tiles a thread that are begun before the first of them is taken."""


def over_pairs(X: FloatArray, use: Use[Result]) -> Iterator[Result]:
    """What `use` gives of each tile in the upper triangle of all distances within X, in the order of the tiles.

    `X` has shape (n_samples, n_features), float32 or float64, and may be read-only. A tile off the diagonal stands for
    its transpose too. Distances are in a unit of their own, the same for all. `use` is called on several threads.
    Raises ValueError if X holds numbers that are not finite.

    >>> for rows, columns, distances in over_pairs(np.array([[0.0], [0.5], [1.0]]), lambda *tile: tile):
    ...     print(rows, columns, distances / distances.max())
    slice(0, 3, None) slice(0, 3, None) [[0.  0.5 1. ]
     [0.5 0.  0.5]
     [1.  0.5 0. ]]
    """
    blocks = _blocks(len(X))
    every = np.arange(len(X))
    return _over(X, ((rows, every[rows], blocks[i:]) for i, rows in enumerate(blocks)), use)


def over_rows(X: FloatArray, chosen: IntArray, use: Use[Result]) -> Iterator[Result]:
    """What `use` gives of each tile of the distances of the `chosen` samples to all; its rows are places in `chosen`.

    Otherwise as `over_pairs`.
    """
    blocks = _blocks(len(X))
    return _over(X, ((rows, chosen[rows], blocks) for rows in _blocks(len(chosen))), use)


def _blocks(n_samples: int) -> list[slice]:
    return [slice(start, min(start + _TILE, n_samples)) for start in range(0, n_samples, _TILE)]


def _over(X: FloatArray, strips: Iterable[tuple[slice, IntArray, list[slice]]], use: Use[Result]) -> Iterator[Result]:
    """Compute the tiles of each strip of rows, given with the samples' numbers and the columns, on all threads."""
    space: Any = Pixels.of(X) or Points(X)
    memory = threading.local()

    def tile(rows: slice, prepared: Any, columns: slice) -> Result:
        if not hasattr(memory, "buffer"):
            memory.buffer = np.empty(_TILE**2, np.float32)
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        distances = memory.buffer[: shape[0] * shape[1]].reshape(shape)
        fill = space.squares(prepared, columns, distances)
        for start in range(0, shape[0], _STRIP):
            strip = slice(start, start + _STRIP)
            fill(strip)
            np.sqrt(distances[strip], out=distances[strip])
        return use(rows, columns, distances)

    threads = blas_threads()
    begun: deque[Future[Result]] = deque()
    with one_thread_each() as alone, ThreadPoolExecutor(threads, initializer=alone) as pool:
        for rows, numbers, blocks in strips:
            prepared = space.prepared(numbers)
            for columns in blocks:
                begun.append(pool.submit(tile, rows, prepared, columns))
                if len(begun) > _AHEAD * threads:
                    yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
