"""Indices that need no true classes, each in a named space.

Noise (−1) is left out. All are None where they are not defined (fewer than two clusters, as many clusters as samples),
in the own space also where it has collapsed: scikit-learn would answer with a perfect number there.
"""

import numpy as np
from scipy.spatial.distance import cdist

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.collapse import has_collapsed
from bench.metrics.fit import Fit
from bench.metrics.partition import is_partition
from bench.metrics.scatter import Scatter, scatter

ROUNDING = 1e-12
"""Below this share of the samples' magnitude a distance of centres is rounding of float64."""


def is_own_scorable(fit: Fit) -> bool:
    """Whether indices in the own space mean something: always if it is the input, else if the codes are sound."""
    if fit.embedding is None:
        return True
    return not fit.lacks("embedding") and not has_collapsed(fit.embedding, fit.labels)


def davies_bouldin(X: FloatArray, labels: IntArray) -> float | None:
    """Davies–Bouldin index, ≥ 0, low is good (Davies & Bouldin 1979), in float64.

    `X` has shape (n_samples, n_features), `labels` (n_samples,). Equal to scikit-learn's, but None where it is not
    defined, all centres in one point included, for which scikit-learn returns a perfect 0.

    >>> davies_bouldin(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    0.2
    """
    return _davies_bouldin(scatter(X, labels)) if is_partition(labels) else None


def _davies_bouldin(measured: Scatter) -> float | None:
    if measured.between <= ROUNDING * measured.magnitude:
        return None
    apart = cdist(measured.centres, measured.centres)
    apart[apart == 0] = np.inf  # a centre and itself, or two in one point, of which scikit-learn takes no notice
    return float(((measured.distances[:, None] + measured.distances) / apart).max(axis=1).mean())


def calinski_harabasz(X: FloatArray, labels: IntArray) -> float | None:
    """Caliński–Harabasz index, ≥ 0, high is good (Caliński & Harabasz 1974), in float64.

    `X` has shape (n_samples, n_features), `labels` (n_samples,). Equal to scikit-learn's, but None where it is not
    defined, no dispersion within the clusters included, for which scikit-learn returns 1.

    >>> calinski_harabasz(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    50.0
    """
    return _calinski_harabasz(scatter(X, labels)) if is_partition(labels) else None


def _calinski_harabasz(measured: Scatter) -> float | None:
    if measured.within == 0:
        return None
    n_samples, n_clusters = int(measured.sizes.sum()), len(measured.sizes)
    return (measured.between / measured.within) ** 2 * (n_samples - n_clusters) / (n_clusters - 1)


def silhouette_own(fit: Fit) -> float | None:
    """Mean silhouette in [−1, 1] in the method's own space."""
    return fit.own_silhouette.mean if is_partition(fit.labels) and is_own_scorable(fit) else None


def silhouette_input(fit: Fit) -> float | None:
    """Mean silhouette in [−1, 1] in the input space."""
    return fit.input_silhouette.mean if is_partition(fit.labels) else None


def silhouette_error_own(fit: Fit) -> float | None:
    """Standard error of the mean silhouette in the method's own space, None where it is exact."""
    return fit.own_silhouette.standard_error if is_partition(fit.labels) and is_own_scorable(fit) else None


def silhouette_error_input(fit: Fit) -> float | None:
    """Standard error of the mean silhouette in the input space, None where it is exact."""
    return fit.input_silhouette.standard_error if is_partition(fit.labels) else None


def davies_bouldin_own(fit: Fit) -> float | None:
    """Davies–Bouldin index in the method's own space."""
    return _davies_bouldin(fit.scatter_own) if is_partition(fit.labels) and is_own_scorable(fit) else None


def davies_bouldin_input(fit: Fit) -> float | None:
    """Davies–Bouldin index in the input space."""
    return _davies_bouldin(fit.scatter_input) if is_partition(fit.labels) else None


def calinski_harabasz_own(fit: Fit) -> float | None:
    """Calinski–Harabasz index in the method's own space."""
    return _calinski_harabasz(fit.scatter_own) if is_partition(fit.labels) and is_own_scorable(fit) else None


def calinski_harabasz_input(fit: Fit) -> float | None:
    """Calinski–Harabasz index in the input space."""
    return _calinski_harabasz(fit.scatter_input) if is_partition(fit.labels) else None
