"""The exact silhouette of many labelings of one space, in one pass over its distances.

Each tile of distances serves its rows and, by symmetry, its columns.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.partition import is_partition
from bench.metrics.silhouette.cluster_sums import ClusterSums, Labelings
from bench.metrics.silhouette.distances import over_pairs

_SUMS_BYTES = 96 * 2**20
"""Memory for distance sums, 8 bytes per sample and cluster, and half as much again for the clusters' members; more
labelings than fit in it take another pass."""


def silhouette_score(X: FloatArray, labels: IntArray) -> float:
    """The exact mean silhouette of one labeling, in [−1, 1]; see `silhouette_scores`.

    >>> round(silhouette_score(np.array([[0.0], [1.0], [10.0], [11.0]]), np.array([0, 0, 1, 1])), 6)
    0.899749
    """
    return silhouette_scores(np.asarray(X), [np.asarray(labels)])[0]


def silhouette_scores(
    X: FloatArray, labelings: Sequence[IntArray], progress: Callable[[float], None] | None = None
) -> list[float]:
    """The exact mean silhouette, in [−1, 1], of each labeling of one space (Rousseeuw 1987).

    The silhouette of a sample is (b − a) / max(a, b): a is its mean distance to the other samples of its cluster, b the
    mean distance to the samples of the nearest other cluster; it is 0 for the only sample of a cluster. Samples with
    a negative label, as noise has, are left out. Equal to scikit-learn's to 1e-6, unless each cluster's samples are
    nearer to each other than some hundredth of their distance to the median of all: then to 2e-5.

    `X` has shape (n_samples, n_features), float32 or float64, and may be a read-only memory map; each labeling has
    shape (n_samples,), whole numbers. `progress` is called with the share done, rising to 1. Takes less than 250 MB
    beside X, and where a labeling has so many clusters that this is less, 24 bytes per sample and cluster.
    Raises ValueError if X has another shape or holds numbers that are not finite, or if a labeling has another length,
    is not of whole numbers, or has fewer than two clusters or as many clusters as samples.

    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> [round(score, 6) for score in silhouette_scores(X, [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])])]
    [0.899749, -0.45]
    """
    if X.ndim != 2 or X.shape[1] < 1:
        raise ValueError(f"expected X of shape (n_samples, n_features), got {X.shape}.")
    for labels in labelings:
        if labels.dtype.kind not in "iub":
            raise ValueError(f"expected labels that are whole numbers, got {labels.dtype}.")
        if labels.shape != (len(X),):
            raise ValueError(f"expected labels of shape ({len(X)},), got {labels.shape}.")
        if not is_partition(labels):
            raise ValueError("the silhouette needs at least 2 clusters and fewer clusters than samples, noise aside.")
    codes = [without_gaps(labels) for labels in labelings]
    batches = list(_batches(codes, len(X)))
    scores: list[float] = []
    for done, batch in enumerate(batches):
        ordered = Labelings(batch)
        sums = np.zeros((len(X), ordered.n_clusters))
        for share in _add_distances(X, ordered, sums):
            if progress is not None:
                progress((done + share) / len(batches))
        first = 0
        for code in ordered.codes:
            last = first + int(code.max()) + 1
            kept = np.flatnonzero(code >= 0)
            silhouettes = silhouette_samples(sums[kept, first:last], code[kept], np.bincount(code[kept]))
            scores.append(float(silhouettes.mean()))
            first = last
    return scores


def without_gaps(labels: IntArray) -> IntArray:
    """The same clusters as 0, 1, 2 …; noise stays −1."""
    return np.searchsorted(np.unique(labels[labels >= 0]), labels) - (labels < 0)


def _batches(codes: list[IntArray], n_samples: int) -> Iterator[list[IntArray]]:
    """Labelings in the given order, as many at a time as their distance sums have memory for; at least one."""
    batch: list[IntArray] = []
    columns = 0
    for code in codes:
        added = int(code.max()) + 1
        if batch and (columns + added) * n_samples * 8 > _SUMS_BYTES:
            yield batch
            batch, columns = [], 0
        batch.append(code)
        columns += added
    if batch:
        yield batch


def _add_distances(X: FloatArray, labelings: Labelings, sums: npt.NDArray[np.float64]) -> Iterator[float]:
    """Add the distances of samples to clusters to `sums`, (n_samples, n_clusters), in their order. Yields progress."""

    def start(rows: slice, columns: slice) -> ClusterSums:
        return ClusterSums(labelings, rows, columns, transpose=columns != rows)

    done = 0
    for part in over_pairs(X, labelings.order, start):
        sums[part.rows] += part.to_columns
        done += len(part.to_columns) * (part.columns.stop - part.columns.start)
        if part.to_rows is not None:
            sums[part.columns] += part.to_rows
            done += len(part.to_rows) * (part.rows.stop - part.rows.start)
        yield done / len(X) ** 2


def silhouette_samples(sums: npt.NDArray[np.float64], code: IntArray, sizes: IntArray) -> npt.NDArray[np.float64]:
    """Silhouettes, (n_samples,), from each sample's summed distance to each cluster, (n_samples, n_clusters).

    `code` holds the samples' own clusters, `sizes` how many samples each cluster has.
    """
    own = np.arange(len(code)), code
    a = sums[own] / np.maximum(sizes[code] - 1, 1)
    to_others = sums / sizes
    to_others[own] = np.inf
    b = to_others.min(axis=1)
    larger = np.maximum(a, b)
    silhouettes = np.zeros(len(code))
    np.divide(b - a, larger, out=silhouettes, where=(larger > 0) & (sizes[code] > 1))
    return silhouettes
