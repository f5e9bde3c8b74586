"""All Euclidean distances within one space, a tile at a time, several tiles at once.

All n² distances of 70,000 samples would fill 20 GB. A tile of them is computed in strips, each of which stays in the
cache of one core from the matrix product that gives its squares to the sums that are taken of its roots. The product is
one of whole numbers for images of 8 bits (`pixels`), of floating-point ones for all else (`points`). Each thread
computes tiles of its own on one core: threads of several libraries in turn on the same cores wait for each other.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from bench.machine.threads import blas_threads, one_thread_each
from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.silhouette.pixels import Pixels
from bench.metrics.silhouette.points import Points


class Part(Protocol):
    """What is made of one tile."""

    def add(self, strip: slice, distances: npt.NDArray[np.float32], /) -> None:
        """Take some rows of the tile, `strip`, counted from its first: `distances`, (rows, columns), are lent."""


Tile = TypeVar("Tile", bound=Part)
Start = Callable[[slice, slice], Tile]
"""Takes rows and columns of a tile and returns what its strips will be added to."""

_TILE = 2048
"""Samples along each side of a tile."""
_STRIP = 256
"""Rows of a tile at a time: with their distances they fit in the cache of one core."""
_AHEAD = 4
"""Tiles a thread that are begun before the first of them is taken."""


def over_pairs(X: FloatArray, order: IntArray, start: Start[Tile]) -> Iterator[Tile]:
    """Each tile in the upper triangle of all distances within X, once all its strips are added, in order.

    `X` has shape (n_samples, n_features), float32 or float64, and may be read-only; `order`, (n_samples,), is the order
    of the samples in rows and columns. A tile off the diagonal stands for its transpose too. Distances are in a unit of
    their own, the same for all. `start` and `add` are called on several threads, for one tile on one.
    Raises ValueError if X holds numbers that are not finite.

    >>> class Printed:
    ...     def __init__(self, rows, columns):
    ...         print(rows, columns)
    ...     def add(self, strip, distances):
    ...         print(strip, distances / distances.max())
    >>> tiles = list(over_pairs(np.array([[0.0], [1.0], [0.5]]), np.array([0, 2, 1]), Printed))
    slice(0, 3, None) slice(0, 3, None)
    slice(0, 3, None) [[0.  0.5 1. ]
     [0.5 0.  0.5]
     [1.  0.5 0. ]]
    """
    blocks = _blocks(len(X))
    every = np.arange(len(X))
    return _over(X, order, ((rows, every[rows], blocks[i:]) for i, rows in enumerate(blocks)), start)


def over_rows(X: FloatArray, order: IntArray, chosen: IntArray, start: Start[Tile]) -> Iterator[Tile]:
    """Each tile of the distances of some samples to all; its rows are places in `chosen`, places in `order`.

    Otherwise as `over_pairs`.
    """
    blocks = _blocks(len(X))
    return _over(X, order, ((rows, chosen[rows], blocks) for rows in _blocks(len(chosen))), start)


class _Memory(threading.local):
    """Room for the distances of a strip, each thread's own."""

    def __init__(self) -> None:
        self.buffer = np.empty(_STRIP * _TILE, np.float32)


def _blocks(n_samples: int) -> list[slice]:
    return [slice(start, min(start + _TILE, n_samples)) for start in range(0, n_samples, _TILE)]


def _over(
    X: FloatArray, order: IntArray, bands: Iterable[tuple[slice, IntArray, list[slice]]], start: Start[Tile]
) -> Iterator[Tile]:
    """Compute the tiles of each band of rows, given with their places in `order` and the columns, on all threads."""
    space: Any = Pixels.of(X, order) or Points(X, order)
    memory = _Memory()

    def tile(rows: slice, left: Any, columns: slice) -> Tile:
        part = start(rows, columns)
        right = space.right(columns)
        n_rows, n_columns = rows.stop - rows.start, columns.stop - columns.start
        for first in range(0, n_rows, _STRIP):
            strip = slice(first, min(first + _STRIP, n_rows))
            distances = memory.buffer[: (strip.stop - first) * n_columns].reshape(-1, n_columns)
            space.squares(left, strip, right, distances)
            np.sqrt(distances, out=distances)
            part.add(strip, distances)
        return part

    threads = blas_threads()
    begun: deque[Future[Tile]] = deque()
    with one_thread_each() as alone, ThreadPoolExecutor(threads, initializer=alone) as pool:
        for rows, places, blocks in bands:
            left = space.left(places)
            for columns in blocks:
                begun.append(pool.submit(tile, rows, left, columns))
                if len(begun) > _AHEAD * threads:
                    yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
