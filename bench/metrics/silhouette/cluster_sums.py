"""Sums of distances from samples to clusters, for one tile of distances and several labelings at once.

The samples are sorted by the clusters of the first labeling. There, each cluster is a run: consecutive columns, or
rows, of the tile. The sum over a run is a product with a vector of ones. The clusters of the other labelings are not
consecutive; their sums are a product with a one-hot matrix of the labels.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from bench.metrics.arrays import Float32Array, IntArray


class Labelings:
    """Several labelings of the same samples, in an order in which the clusters of the first labeling are runs.

    >>> labelings = Labelings([np.array([1, -1, 0, 1]), np.array([0, 1, 2, 0])])
    >>> labelings.order, labelings.labels, labelings.n_clusters
    (array([1, 2, 0, 3]), [array([-1,  0,  1,  1]), array([1, 2, 0, 0])], 5)
    """

    def __init__(self, labelings: Sequence[IntArray]) -> None:
        """Each labeling has shape (n_samples,) and numbers its clusters 0, 1, 2 …; noise is −1."""
        self.order = np.argsort(labelings[0], kind="stable")
        """(n_samples,) the samples in their new order."""
        self.labels = [labels[self.order] for labels in labelings]
        """The labelings in the new order."""
        counts = [int(labels.max()) + 1 for labels in labelings]
        self.n_clusters = sum(counts)
        """Number of clusters of all labelings together: the columns of their sums."""
        self.n_runs = counts[0]
        """Number of clusters of the first labeling."""
        self.one_hot: Float32Array = np.zeros((len(self.order), self.n_clusters - self.n_runs), np.float32)
        """(n_samples, clusters of the other labelings) 1 where the sample belongs to the cluster, else 0."""
        first = 0
        for labels, count in zip(self.labels[1:], counts[1:], strict=True):
            clustered = np.flatnonzero(labels >= 0)
            self.one_hot[clustered, first + labels[clustered]] = 1
            first += count


class ClusterSums:
    """The sums of the distances in one tile: for each row, and with `transpose` also for each column.

    The sums of the columns are the sums of the rows of the mirror image of a tile off the diagonal.
    """

    def __init__(self, labelings: Labelings, rows: slice, columns: slice, *, transpose: bool) -> None:
        self.rows, self.columns = rows, columns
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        self.row_sums: Float32Array = np.zeros((shape[0], labelings.n_clusters), np.float32)
        """(rows, n_clusters) sum of the distances of a row to the columns in each cluster of each labeling."""
        self.column_sums = np.zeros((shape[1], labelings.n_clusters), np.float32) if transpose else None
        """(columns, n_clusters) sum of the distances of a column to the rows in each cluster; or None."""
        self._labelings = labelings
        self._ones = np.ones(max(shape), np.float32)
        self._column_runs = list(_runs(labelings.labels[0][columns]))

    def add(self, strip: slice, distances: Float32Array) -> None:
        """Add the `distances`, (rows, columns), of the rows `strip` of the tile to all of its columns."""
        one_hot, n_runs = self._labelings.one_hot, self._labelings.n_runs
        sums = self.row_sums[strip]
        for cluster, run in self._column_runs:
            sums[:, cluster] = distances[:, run] @ self._ones[: run.stop - run.start]
        if one_hot.size:
            sums[:, n_runs:] = distances @ one_hot[self.columns]
        if self.column_sums is None:
            return
        rows = slice(self.rows.start + strip.start, self.rows.start + strip.stop)
        for cluster, run in _runs(self._labelings.labels[0][rows]):
            self.column_sums[:, cluster] += self._ones[: run.stop - run.start] @ distances[run]
        if one_hot.size:
            self.column_sums[:, n_runs:] += distances.T @ one_hot[rows]


def _runs(labels: IntArray) -> Iterator[tuple[int, slice]]:
    """The clusters of a sorted labeling, each with its run; noise is left out.

    >>> list(_runs(np.array([-1, 0, 0, 3])))
    [(0, slice(1, 3, None)), (3, slice(3, 4, None))]
    """
    bounds = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
    for start, stop in pairwise(bounds):
        if labels[start] >= 0:
            yield int(labels[start]), slice(start, stop)
