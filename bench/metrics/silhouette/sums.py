"""Sums of all distances from samples to clusters: nearly all the work of a silhouette."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.silhouette.cluster_sums import ClusterSums, Labelings
from bench.metrics.silhouette.distances import all_tiles, tiles_of_rows

ShareCallback = Callable[[float], None]
"""Called with the share of the work that is done, rising to 1."""


class AddDistances(Protocol):
    """Adds distances to sums, on the processor (`add_distances`) or on a GPU."""

    def __call__(
        self,
        X: FloatArray,
        labelings: Labelings,
        sums: npt.NDArray[np.float64],
        on_share: ShareCallback,
        places: IntArray | None = None,
    ) -> None:
        """Add the distances from samples to all samples of each cluster to `sums`, (samples, n_clusters), in float64.

        The samples of the rows are all samples, in the order of `labelings`; or those at the `places` in that order,
        which rise. All distances are multiplied by the same unknown factor, which changes no silhouette. `X` has shape
        (n_samples, n_features). Raises ValueError if it contains infinity or NaN.
        """


def add_distances(
    X: FloatArray,
    labelings: Labelings,
    sums: npt.NDArray[np.float64],
    on_share: ShareCallback,
    places: IntArray | None = None,
) -> None:
    """Add distances on the processor, as `AddDistances` says.

    >>> sums = np.zeros((3, 2))
    >>> X = np.array([[0.0], [1.0], [4.0]])
    >>> add_distances(X, Labelings([np.array([0, 0, 1])]), sums, lambda share: None)
    >>> sums / sums[0, 0]  # the unit is the distance of the first two samples
    array([[1., 4.],
           [1., 3.],
           [7., 0.]])
    """

    def start(rows: slice, columns: slice) -> ClusterSums:
        return ClusterSums(labelings, rows, columns, transpose=places is None and columns != rows)

    if places is not None:
        for tile in tiles_of_rows(X, labelings.order, places, start):
            sums[tile.rows] += tile.row_sums
            on_share((tile.rows.start + len(tile.row_sums) * tile.columns.stop / len(X)) / len(places))
        return
    done = 0
    for tile in all_tiles(X, labelings.order, start):
        sums[tile.rows] += tile.row_sums
        done += len(tile.row_sums) * (tile.columns.stop - tile.columns.start)
        if tile.column_sums is not None:
            sums[tile.columns] += tile.column_sums
            done += len(tile.column_sums) * (tile.rows.stop - tile.rows.start)
        on_share(done / len(X) ** 2)
