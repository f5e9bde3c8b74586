"""The exact silhouette of several labelings of one space, in one pass over its distances."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.partition import is_partition
from bench.metrics.silhouette.cluster_sums import Labelings
from bench.metrics.silhouette.sums import AddDistances, ShareCallback, add_distances

_SUMS_BYTES = 96 * 2**20
"""Memory for the sums of distances in a pass: 8 bytes per sample and cluster. The one-hot labels need half as much."""


def silhouette_scores(
    X: FloatArray,
    labelings: Sequence[IntArray],
    on_share: ShareCallback | None = None,
    add_distances: AddDistances = add_distances,
) -> list[float]:
    """The exact mean silhouette, in [−1, 1], of each labeling of one space (Rousseeuw 1987).

    The silhouette of a sample is (b − a) / max(a, b). a is its mean distance to the other samples of its cluster. b is
    its mean distance to the samples of the nearest other cluster. The silhouette is 0 for the only sample of a cluster.
    Samples with a negative label (noise) are left out. The result differs from scikit-learn's by at most 1e-6, or by
    2e-5 for very dense clusters, whose samples are nearer to each other than about a hundredth of their distance to
    the median of all samples.

    `X` has shape (n_samples, n_features), float32 or float64, and may be a read-only memory map. Each labeling has
    shape (n_samples,), integers. In addition to X, less than 250 MB of memory are used, or 24 bytes per sample and
    cluster of one labeling if that is more. `add_distances` computes the distances, by default on the processor.
    Raises ValueError if X has another shape or contains infinity or NaN, or if a labeling has another length, is not of
    integers, has fewer than two clusters, or has as many clusters as samples.

    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> [round(score, 6) for score in silhouette_scores(X, [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])])]
    [0.899749, -0.45]
    """
    _check(X, labelings)
    passes = list(_passes([without_gaps(labels) for labels in labelings], len(X)))
    scores: list[float] = []
    for done, labelings_of_pass in enumerate(passes):
        ordered = Labelings(labelings_of_pass)
        sums = np.zeros((len(X), ordered.n_clusters))

        def on_share_of_pass(share: float, done: int = done) -> None:
            if on_share is not None:
                on_share((done + share) / len(passes))

        add_distances(X, ordered, sums, on_share_of_pass)
        first = 0
        for labels in ordered.labels:
            last = first + int(labels.max()) + 1
            kept = np.flatnonzero(labels >= 0)
            silhouettes = silhouette_samples(sums[kept, first:last], labels[kept], np.bincount(labels[kept]))
            scores.append(float(silhouettes.mean()))
            first = last
    return scores


def _check(X: FloatArray, labelings: Sequence[IntArray]) -> None:
    if X.ndim != 2 or X.shape[1] < 1:
        raise ValueError(f"expected X of shape (n_samples, n_features), got {X.shape}.")
    for labels in labelings:
        if labels.dtype.kind not in "iub":
            raise ValueError(f"expected labels that are integers, got {labels.dtype}.")
        if labels.shape != (len(X),):
            raise ValueError(f"expected labels of shape ({len(X)},), got {labels.shape}.")
        if not is_partition(labels):
            raise ValueError("the silhouette needs at least 2 clusters and fewer clusters than samples, without noise.")


def without_gaps(labels: IntArray) -> IntArray:
    """The same clusters, numbered 0, 1, 2 …; noise stays −1."""
    return np.searchsorted(np.unique(labels[labels >= 0]), labels) - (labels < 0)


def _passes(labelings: list[IntArray], n_samples: int) -> Iterator[list[IntArray]]:
    """Divide labelings, in the given order, so that the sums of each pass fit in the memory; at least one per pass."""
    labelings_of_pass: list[IntArray] = []
    columns = 0
    for labels in labelings:
        n_clusters = int(labels.max()) + 1
        if labelings_of_pass and (columns + n_clusters) * n_samples * 8 > _SUMS_BYTES:
            yield labelings_of_pass
            labelings_of_pass, columns = [], 0
        labelings_of_pass.append(labels)
        columns += n_clusters
    if labelings_of_pass:
        yield labelings_of_pass


def silhouette_samples(sums: npt.NDArray[np.float64], labels: IntArray, sizes: IntArray) -> npt.NDArray[np.float64]:
    """Silhouettes, (n_samples,), from the sum of each sample's distances to each cluster, (n_samples, n_clusters).

    `labels`, (n_samples,), are the clusters of the samples; `sizes`, (n_clusters,), the numbers of samples of clusters.
    """
    own = np.arange(len(labels)), labels
    a = sums[own] / np.maximum(sizes[labels] - 1, 1)
    to_others = sums / sizes
    to_others[own] = np.inf
    b = to_others.min(axis=1)
    larger = np.maximum(a, b)
    silhouettes = np.zeros(len(labels))
    np.divide(b - a, larger, out=silhouettes, where=(larger > 0) & (sizes[labels] > 1))
    return silhouettes
