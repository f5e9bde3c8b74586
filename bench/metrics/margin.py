"""How much nearer the own cluster of a sample is than the next one: the margin, a strength that every method has."""

import numpy as np

from bench.metrics.arrays import Float32Array, FloatArray, IntArray, row_blocks
from bench.metrics.prototypes import nearest_prototypes


def margins(points: FloatArray, vectors: FloatArray, clusters: IntArray, labels: IntArray) -> Float32Array:
    """(d2 − d1) / max(d1, d2) for each point, (n_samples,) float32 in [−1, 1].

    d1 is the distance to the nearest vector of the own cluster, d2 that to the nearest vector of another cluster. 1:
    the point is at a vector of its own cluster. 0: both are equally near. Below 0: another cluster is nearer, which
    happens if a method does not assign by these distances. With one centre for each cluster, this is the simplified
    silhouette (Hruschka et al. 2004).

    `points` has shape (n_samples, d) and `vectors` (n_vectors, d); `clusters`, (n_vectors,), has the cluster of each
    vector, −1 for none; `labels`, (n_samples,), that of each point. A point has no margin, but NaN, if its label is −1,
    if its own or no other cluster has a vector, or if its numbers are not finite.

    >>> centres, labels = np.array([[1.0], [9.0]]), np.array([0, 1, 1])
    >>> margins(np.array([[0.0], [5.0], [9.0]]), centres, np.array([0, 1]), labels).round(3).tolist()
    [0.8889999985694885, 0.0, 1.0]
    """
    used = vectors[clusters >= 0].astype(np.float64)
    owners = clusters[clusters >= 0]
    origin = used.mean(axis=0) if len(used) else 0.0  # centring reduces the cancellation in the distances below
    used -= origin
    norms = np.einsum("ij,ij->i", used, used)
    found = np.full(len(points), np.nan, np.float32)
    for rows in row_blocks(len(points) if len(used) else 0):
        block = points[rows] - origin
        with np.errstate(invalid="ignore", over="ignore"):
            squares = norms - 2 * (block @ used.T) + np.einsum("ij,ij->i", block, block)[:, None]
        distances = np.sqrt(np.maximum(squares, 0))
        is_own = owners == labels[rows, None]
        own = np.where(is_own, distances, np.inf).min(axis=1)
        other = np.where(is_own, np.inf, distances).min(axis=1)
        largest = np.maximum(own, other)
        known = np.isfinite(largest) & (labels[rows] >= 0)
        differences = np.subtract(other, own, out=np.full(len(own), np.nan), where=known)
        found[rows] = np.divide(differences, largest, out=np.where(known, 0.0, np.nan), where=known & (largest > 0))
    return found


def clusters_of_units(points: FloatArray, units: FloatArray, labels: IntArray) -> IntArray:
    """The cluster of each unit of a map, (n_units,): that of most samples nearest to it; −1 without such a sample.

    `points` has shape (n_samples, d), `units` (n_units, d) and `labels` (n_samples,).

    >>> points, units = np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [5.0], [9.0]])
    >>> clusters_of_units(points, units, np.array([1, 1, 0])).tolist()
    [1, -1, 0]
    """
    winners = np.concatenate([nearest[:, 0] for _, nearest in nearest_prototypes(points, units, 1)])
    counts = np.zeros((len(units), int(labels.max(initial=0)) + 1), np.int64)
    has_cluster = labels >= 0
    np.add.at(counts, (winners[has_cluster], labels[has_cluster]), 1)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), -1)
