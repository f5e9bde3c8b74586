"""Sums of distances by cluster, of the samples of one tile, for several labelings at once.

Samples are in the order of the clusters of the first labeling: there a cluster is a run of columns, or of rows, and
its sum a product with ones. Clusters of the others lie scattered: their sums are a matrix product with the one-hot
labels.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import IntArray

Floats = npt.NDArray[np.float32]


class Labelings:
    """Several labelings of the same samples, in an order in which the clusters of the first are runs.

    >>> labelings = Labelings([np.array([1, -1, 0, 1]), np.array([0, 1, 2, 0])])
    >>> labelings.order, labelings.codes, labelings.n_clusters
    (array([1, 2, 0, 3]), [array([-1,  0,  1,  1]), array([1, 2, 0, 0])], 5)
    """

    def __init__(self, codes: Sequence[IntArray]) -> None:
        """`codes` number clusters without gaps; noise, −1, belongs to none."""
        self.order = np.argsort(codes[0], kind="stable")
        self.codes = [code[self.order] for code in codes]
        counts = [int(code.max()) + 1 for code in codes]
        self.n_clusters = sum(counts)
        """Of all labelings together: the width of their sums."""
        self.n_runs = counts[0]
        self.members: Floats = np.zeros((len(self.order), self.n_clusters - self.n_runs), np.float32)
        """To which clusters of the other labelings each sample belongs, one-hot."""
        first = 0
        for code, count in zip(self.codes[1:], counts[1:], strict=True):
            clustered = np.flatnonzero(code >= 0)
            self.members[clustered, first + code[clustered]] = 1
            first += count


class ClusterSums:
    """What a tile adds to the distance sums of its rows, and of its columns if it stands for its transpose, too."""

    def __init__(self, labelings: Labelings, rows: slice, columns: slice, *, transpose: bool) -> None:
        self.rows, self.columns = rows, columns
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        self.to_columns: Floats = np.zeros((shape[0], labelings.n_clusters), np.float32)
        """Of each row, its summed distances to the columns in each cluster of each labeling."""
        self.to_rows: Floats | None = np.zeros((shape[1], labelings.n_clusters), np.float32) if transpose else None
        """Of each column, those to the rows; None if the tile does not stand for its transpose."""
        self._labelings = labelings
        self._ones = np.ones(max(shape), np.float32)
        self._column_runs = list(_runs(labelings.codes[0][columns]))

    def add(self, strip: slice, distances: Floats) -> None:
        """Add some rows of the tile: `strip`, counted from its first, with their distances to all of its columns."""
        members, n_runs = self._labelings.members, self._labelings.n_runs
        sums = self.to_columns[strip]
        for cluster, run in self._column_runs:
            sums[:, cluster] = distances[:, run] @ self._ones[: run.stop - run.start]
        if members.size:
            sums[:, n_runs:] = distances @ members[self.columns]
        if self.to_rows is None:
            return
        rows = slice(self.rows.start + strip.start, self.rows.start + strip.stop)
        for cluster, run in _runs(self._labelings.codes[0][rows]):
            self.to_rows[:, cluster] += self._ones[: run.stop - run.start] @ distances[run]
        if members.size:
            self.to_rows[:, n_runs:] += distances.T @ members[rows]


def _runs(code: IntArray) -> Iterator[tuple[int, slice]]:
    """Clusters in a sorted labeling, each with its run; noise is none.

    >>> list(_runs(np.array([-1, 0, 0, 3])))
    [(0, slice(1, 3, None)), (3, slice(3, 4, None))]
    """
    bounds = [0, *(np.flatnonzero(np.diff(code)) + 1).tolist(), len(code)]
    for start, stop in pairwise(bounds):
        if code[start] >= 0:
            yield int(code[start]), slice(start, stop)
