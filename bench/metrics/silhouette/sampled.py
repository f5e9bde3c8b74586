"""The silhouette of a stratified sample, with its standard error: for data that are too large for all distances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.silhouette.cluster_sums import Labelings
from bench.metrics.silhouette.exact import silhouette_samples, silhouette_scores, without_gaps
from bench.metrics.silhouette.sums import AddDistances, ShareCallback, add_distances

EXACT_WORK = 2.5e14
"""All distances are computed if n_samples² · (n_features + 150) is at most this number: ten minutes on two cores."""
SAMPLE = 20_000
"""Number of samples that are drawn from larger data. Each drawn sample's silhouette is computed from all samples."""


@dataclass(frozen=True)
class Estimate:
    """A mean silhouette."""

    mean: float
    """In [−1, 1]."""
    standard_error: float | None
    """None if the mean is exact."""


def estimate_silhouettes(
    X: FloatArray,
    labelings: Sequence[IntArray],
    on_share: ShareCallback | None = None,
    add_distances: AddDistances = add_distances,
) -> list[Estimate]:
    """The mean silhouette of each labeling: exact, or from a stratified sample if that would take too long.

    `silhouette_scores` explains the arguments and the errors. About SAMPLE samples are drawn, with a fixed seed: from
    each cluster its share, and at least two. The silhouette of each drawn sample is exact. The standard error is the
    error of a stratified mean (Cochran 1977, Eq. 5.6 and 5.10). The size of the data alone decides.

    >>> estimate_silhouettes(np.array([[0.0], [1.0], [10.0], [11.0]]), [np.array([0, 0, 1, 1])])
    [Estimate(mean=0.899749..., standard_error=None)]
    """
    if len(X) ** 2 * (X.shape[1] + 150) <= EXACT_WORK:
        return [Estimate(mean, None) for mean in silhouette_scores(X, labelings, on_share, add_distances)]
    estimates = []
    for done, labels in enumerate(labelings):

        def on_share_of_one(share: float, done: int = done) -> None:
            if on_share is not None:
                on_share((done + share) / len(labelings))

        estimates.append(sampled_silhouette(X, labels, SAMPLE, on_share_of_one, add_distances))
    return estimates


def sampled_silhouette(
    X: FloatArray,
    labels: IntArray,
    size: int,
    on_share: ShareCallback = lambda share: None,
    add_distances: AddDistances = add_distances,
) -> Estimate:
    """The mean silhouette of one labeling, from a stratified sample of about `size` samples."""
    labelings = Labelings([without_gaps(labels)])
    ordered = labelings.labels[0]
    places = stratified(ordered, size)
    sums = np.zeros((len(places), int(ordered.max()) + 1))
    add_distances(X, labelings, sums, on_share, places)
    sizes = np.bincount(ordered[ordered >= 0])
    return _stratified_mean(silhouette_samples(sums, ordered[places], sizes), ordered[places], sizes)


def stratified(labels: IntArray, size: int) -> IntArray:
    """Sorted indices of about `size` samples: of each cluster its share, rounded up, and at least two; no noise.

    >>> [int((np.arange(100) < 90)[stratified(np.repeat([0, 1], [90, 10]), 20)].sum())]
    [18]
    """
    rng = np.random.default_rng(0)
    clusters = [np.flatnonzero(labels == cluster) for cluster in range(int(labels.max()) + 1)]
    n_samples = sum(map(len, clusters))
    drawn = [
        rng.choice(rows, min(len(rows), max(2, -(-len(rows) * size // n_samples))), replace=False) for rows in clusters
    ]
    return np.sort(np.concatenate(drawn))


def _stratified_mean(values: npt.NDArray[np.float64], labels: IntArray, sizes: IntArray) -> Estimate:
    """Mean and standard error of `values` that were drawn without replacement from clusters of the given sizes."""
    mean = variance = 0.0
    for cluster, size in enumerate(sizes):
        drawn = values[labels == cluster]
        weight = float(size / sizes.sum())
        mean += weight * float(drawn.mean())
        if len(drawn) > 1:
            variance += weight**2 * float(1 - len(drawn) / size) * float(drawn.var(ddof=1)) / len(drawn)
    return Estimate(mean, float(np.sqrt(variance)))
