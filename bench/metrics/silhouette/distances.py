"""All Euclidean distances between samples, computed in tiles, several tiles at a time.

All n² distances of 70,000 samples would need 20 GB. A tile is the block of the distances between some samples, its
rows, and some samples, its columns. A tile is computed in strips of some rows. A strip is so small that it stays in the
cache of one core, from the matrix product that gives the squared distances until its distances are summed. The product
is of integers for 8-bit images (`pixels`), and of floating-point numbers for all other data (`points`). Each thread
computes its own tiles on one core, so that the threads of the libraries do not compete for the cores.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import numpy as np

from bench.machine.threads import blas_threads, one_thread_each
from bench.metrics.arrays import Float32Array, FloatArray, IntArray, row_blocks
from bench.metrics.silhouette.pixels import Pixels
from bench.metrics.silhouette.points import Points


class Tile(Protocol):
    """The result that is computed from the distances of one tile."""

    def add(self, strip: slice, distances: Float32Array, /) -> None:
        """Add the rows `strip`, counted from the first row of the tile; `distances` has shape (rows, columns).

        The memory of `distances` is used again after the call.
        """


TileT = TypeVar("TileT", bound=Tile)
StartTile = Callable[[slice, slice], TileT]
"""Called with the rows and columns of a tile; returns the empty result, to which the strips are added."""

_TILE = 2048
"""Number of rows and of columns of a tile."""
_STRIP = 256
"""Number of rows of a strip: its distances fit in the cache of one core."""
_AHEAD = 4
"""Number of tiles per thread that are started before the first result is used."""


def all_tiles(X: FloatArray, order: IntArray, start: StartTile[TileT]) -> Iterator[TileT]:
    """Yield the result of each tile of the upper triangle of all distances, in order.

    `X` has shape (n_samples, n_features), float32 or float64, and may be read-only. `order`, (n_samples,), is the order
    of the samples in rows and columns. A tile off the diagonal also contains the distances of its mirror image. All
    distances are multiplied by the same unknown factor. `start` and `add` are called by several threads, but for one
    tile by one thread. Raises ValueError if X contains infinity or NaN.

    >>> class Printed:
    ...     def __init__(self, rows, columns):
    ...         print(rows, columns)
    ...     def add(self, strip, distances):
    ...         print(strip, distances / distances.max())
    >>> tiles = list(all_tiles(np.array([[0.0], [1.0], [0.5]]), np.array([0, 2, 1]), Printed))
    slice(0, 3, None) slice(0, 3, None)
    slice(0, 3, None) [[0.  0.5 1. ]
     [0.5 0.  0.5]
     [1.  0.5 0. ]]
    """
    blocks = row_blocks(len(X), _TILE)
    places = np.arange(len(X))
    return _tiles(X, order, ((rows, places[rows], blocks[i:]) for i, rows in enumerate(blocks)), start)


def tiles_of_rows(X: FloatArray, order: IntArray, places: IntArray, start: StartTile[TileT]) -> Iterator[TileT]:
    """Yield the result of each tile of the distances from some samples to all samples.

    `places` are the positions of the samples in `order`; the rows of a tile are positions in `places`. Otherwise as
    `all_tiles`.
    """
    blocks = row_blocks(len(X), _TILE)
    return _tiles(X, order, ((rows, places[rows], blocks) for rows in row_blocks(len(places), _TILE)), start)


class _StripMemory(threading.local):
    """Memory for the distances of a strip; each thread has its own."""

    def __init__(self) -> None:
        self.buffer = np.empty(_STRIP * _TILE, np.float32)


def _tiles(
    X: FloatArray, order: IntArray, bands: Iterable[tuple[slice, IntArray, list[slice]]], start: StartTile[TileT]
) -> Iterator[TileT]:
    """Compute all tiles on several threads. A band is some rows, their positions in `order`, and blocks of columns."""
    space: Any = Pixels.of(X, order) or Points(X, order)
    memory = _StripMemory()

    def compute(rows: slice, left: Any, columns: slice) -> TileT:
        tile = start(rows, columns)
        right = space.right(columns)
        n_rows, n_columns = rows.stop - rows.start, columns.stop - columns.start
        for strip in row_blocks(n_rows, _STRIP):
            distances = memory.buffer[: (strip.stop - strip.start) * n_columns].reshape(-1, n_columns)
            space.squares(left, strip, right, distances)
            np.sqrt(distances, out=distances)
            tile.add(strip, distances)
        return tile

    threads = blas_threads()
    started: deque[Future[TileT]] = deque()
    with one_thread_each() as initializer, ThreadPoolExecutor(threads, initializer=initializer) as pool:
        for rows, places, blocks in bands:
            left = space.left(places)
            for columns in blocks:
                started.append(pool.submit(compute, rows, left, columns))
                if len(started) > _AHEAD * threads:
                    yield started.popleft().result()
        while started:
            yield started.popleft().result()
