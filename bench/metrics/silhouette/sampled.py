"""The silhouette of sets too large for all distances: exact for a stratified sample, with its standard error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.silhouette.cluster_sums import ClusterSums, Labelings
from bench.metrics.silhouette.distances import over_rows
from bench.metrics.silhouette.exact import silhouette_samples, silhouette_scores, without_gaps

EXACT_WORK = 2.5e14
"""Most work, n_samples² · (n_features + 150), for which all distances are computed: about ten minutes on two cores for
one labeling; each further one in the same pass takes some seconds more."""
SAMPLE = 20_000
"""Samples whose silhouettes are computed beyond it, against all others."""


@dataclass(frozen=True)
class Estimate:
    """A mean silhouette."""

    mean: float
    """In [−1, 1]."""
    standard_error: float | None
    """None where the mean is exact."""


def estimate_silhouettes(
    X: FloatArray, labelings: Sequence[IntArray], progress: Callable[[float], None] | None = None
) -> list[Estimate]:
    """The mean silhouette of each labeling: exact, or of a stratified sample where that would take too long.

    Arguments and errors are those of `silhouette_scores`. The sample has SAMPLE samples, from each cluster its share
    and at least two, drawn by a generator of a fixed seed; each one's silhouette is exact, and the standard error is
    that of a stratified mean (Cochran 1977, Eq. 5.6 and 5.10). Nothing but the size decides which it is.

    >>> estimate_silhouettes(np.array([[0.0], [1.0], [10.0], [11.0]]), [np.array([0, 0, 1, 1])])
    [Estimate(mean=0.899749..., standard_error=None)]
    """
    if len(X) ** 2 * (X.shape[1] + 150) <= EXACT_WORK:
        return [Estimate(mean, None) for mean in silhouette_scores(X, labelings, progress)]
    estimates = []
    for done, labels in enumerate(labelings):

        def report(share: float, done: int = done) -> None:
            if progress is not None:
                progress((done + share) / len(labelings))

        estimates.append(sampled_silhouette(X, labels, SAMPLE, report))
    return estimates


def sampled_silhouette(
    X: FloatArray, labels: IntArray, size: int, progress: Callable[[float], None] | None = None
) -> Estimate:
    """The mean silhouette of one labeling from a stratified sample of about `size` samples."""
    labelings = Labelings([without_gaps(labels)])
    code = labelings.codes[0]
    rows = stratified(code, size)
    sums = np.zeros((len(rows), int(code.max()) + 1))

    def start(rows: slice, columns: slice) -> ClusterSums:
        return ClusterSums(labelings, rows, columns, transpose=False)

    for part in over_rows(X, labelings.order, rows, start):
        sums[part.rows] += part.to_columns
        if progress is not None:
            progress((part.rows.start + len(part.to_columns) * part.columns.stop / len(X)) / len(rows))
    values = silhouette_samples(sums, code[rows], np.bincount(code[code >= 0]))
    return _stratified_mean(values, code[rows], np.bincount(code[code >= 0]))


def stratified(code: IntArray, size: int) -> IntArray:
    """Rows of a sample that has of each cluster its share, rounded up, and at least two; noise (−1) is left out.

    >>> [int((np.arange(100) < 90)[stratified(np.repeat([0, 1], [90, 10]), 20)].sum())]
    [18]
    """
    rng = np.random.default_rng(0)
    clusters = [np.flatnonzero(code == cluster) for cluster in range(int(code.max()) + 1)]
    n_samples = sum(map(len, clusters))
    chosen = [
        rng.choice(rows, min(len(rows), max(2, -(-len(rows) * size // n_samples))), replace=False) for rows in clusters
    ]
    return np.sort(np.concatenate(chosen))


def _stratified_mean(values: npt.NDArray[np.float64], code: IntArray, sizes: IntArray) -> Estimate:
    """Mean and standard error of `values` drawn from clusters of those sizes, without replacement."""
    mean = variance = 0.0
    for cluster, size in enumerate(sizes):
        drawn = values[code == cluster]
        weight = float(size / sizes.sum())
        mean += weight * float(drawn.mean())
        if len(drawn) > 1:
            variance += weight**2 * float(1 - len(drawn) / size) * float(drawn.var(ddof=1)) / len(drawn)
    return Estimate(mean, float(np.sqrt(variance)))
