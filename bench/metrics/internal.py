"""Internal indices, which need no true classes; each is computed in a named space.

Noise (−1) is left out. An index is None where it is not defined: with fewer than two clusters, with as many clusters as
samples, and in an own space that has collapsed. scikit-learn returns a perfect number in some of these cases.
"""

import numpy as np
from scipy.spatial.distance import cdist

from bench.metrics.fit import Fit
from bench.metrics.partition import is_partition
from bench.metrics.scatter import Scatter
from bench.metrics.spaces import Space

ROUNDING = 1e-12
"""Distances between centres that are below this share of the samples' magnitude are rounding errors of float64."""


def is_defined(fit: Fit, space: Space) -> bool:
    """Whether internal indices of the fit are defined in the space."""
    if not is_partition(fit.labels):
        return False
    if space != "own" or fit.embedding is None:
        return True
    return not fit.lacks("embedding") and not fit.space("own").has_collapsed


def davies_bouldin(measured: Scatter) -> float | None:
    """Davies–Bouldin index of two or more clusters, ≥ 0, lower is better (Davies & Bouldin 1979), in float64.

    Equal to scikit-learn's index, but None if all centres are one point, for which scikit-learn returns a perfect 0.

    >>> from bench.metrics.scatter import scatter
    >>> davies_bouldin(scatter(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1])))
    0.2
    """
    if measured.between <= ROUNDING * measured.magnitude:
        return None
    distances = cdist(measured.centres, measured.centres)
    distances[distances == 0] = np.inf  # a centre and itself, or two equal centres, which scikit-learn ignores too
    return float(((measured.distances[:, None] + measured.distances) / distances).max(axis=1).mean())


def calinski_harabasz(measured: Scatter) -> float | None:
    """Caliński–Harabasz index of two or more clusters, ≥ 0, higher is better (Caliński & Harabasz 1974), in float64.

    Equal to scikit-learn's index, but None for clusters without any dispersion, for which scikit-learn returns 1.

    >>> from bench.metrics.scatter import scatter
    >>> calinski_harabasz(scatter(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1])))
    50.0
    """
    if measured.within == 0:
        return None
    n_samples, n_clusters = int(measured.sizes.sum()), len(measured.sizes)
    return (measured.between / measured.within) ** 2 * (n_samples - n_clusters) / (n_clusters - 1)


def silhouette_of(fit: Fit, space: Space) -> float | None:
    """Mean silhouette of a fit, in [−1, 1]."""
    return fit.space(space).silhouette.mean if is_defined(fit, space) else None


def silhouette_error_of(fit: Fit, space: Space) -> float | None:
    """Standard error of the mean silhouette of a fit, ≥ 0; None if the mean is exact."""
    return fit.space(space).silhouette.standard_error if is_defined(fit, space) else None


def davies_bouldin_of(fit: Fit, space: Space) -> float | None:
    """`davies_bouldin` of a fit."""
    return davies_bouldin(fit.space(space).scatter) if is_defined(fit, space) else None


def calinski_harabasz_of(fit: Fit, space: Space) -> float | None:
    """`calinski_harabasz` of a fit."""
    return calinski_harabasz(fit.space(space).scatter) if is_defined(fit, space) else None
