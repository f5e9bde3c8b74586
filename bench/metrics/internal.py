"""Indices that need no true classes, each in a named space.

Noise (−1) is left out. All are None where they are not defined (fewer than two clusters, as many clusters as samples),
in the own space also where it has collapsed: scikit-learn would answer with a perfect number there.
"""

import numpy as np
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from bench.metrics.clusters import is_partition
from bench.metrics.collapse import dispersions, has_collapsed
from bench.metrics.fit import Fit, FloatArray, IntArray
from bench.metrics.silhouette import silhouette_score
from bench.metrics.spread import RESOLUTION


def is_own_scorable(fit: Fit) -> bool:
    """Whether indices in the own space mean something: always if it is the input, else if the codes are sound."""
    if fit.embedding is None:
        return True
    return not fit.lacks("embedding") and not has_collapsed(fit.embedding, fit.labels)


def davies_bouldin(X: FloatArray, labels: IntArray) -> float | None:
    """Davies–Bouldin index, ≥ 0, low is good (Davies & Bouldin 1979); scikit-learn's but where that one flatters.

    `X` has shape (n_samples, n_features), `labels` (n_samples,). None where it is not defined, all centres in one
    point included, for which scikit-learn returns a perfect 0.

    >>> davies_bouldin(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    0.2
    """
    if not is_partition(labels):
        return None
    value = float(davies_bouldin_score(*_comparable(X, labels)))
    if value == 0:
        _, between, magnitude = dispersions(X, labels)
        return None if between <= RESOLUTION * magnitude else value
    return value


def calinski_harabasz(X: FloatArray, labels: IntArray) -> float | None:
    """Caliński–Harabasz index, ≥ 0, high is good (Caliński & Harabasz 1974); scikit-learn's but where it has none.

    `X` has shape (n_samples, n_features), `labels` (n_samples,). None where it is not defined, no dispersion within the
    clusters included, for which scikit-learn returns 1.

    >>> calinski_harabasz(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    50.0
    """
    if not is_partition(labels):
        return None
    value = float(calinski_harabasz_score(*_comparable(X, labels)))
    return None if value == 1 and dispersions(X, labels)[0] == 0 else value


def _comparable(X: FloatArray, labels: IntArray) -> tuple[FloatArray, IntArray]:
    """Without noise, and scaled by a power of two if tiny or huge: scikit-learn takes distances below 1e-8 for zero."""
    if labels.min() < 0:
        X, labels = X[labels >= 0], labels[labels >= 0]
    _, exponent = np.frexp(max(abs(float(X.max())), abs(float(X.min()))))
    return (X if abs(exponent) <= 10 else np.ldexp(X, -exponent)), labels


def silhouette_own(fit: Fit) -> float | None:
    """Mean silhouette in [−1, 1] in the method's own space."""
    return silhouette_score(fit.own, fit.labels) if is_partition(fit.labels) and is_own_scorable(fit) else None


def silhouette_input(fit: Fit) -> float | None:
    """Mean silhouette in [−1, 1] in the input space."""
    return silhouette_score(fit.features, fit.labels) if is_partition(fit.labels) else None


def davies_bouldin_own(fit: Fit) -> float | None:
    """Davies–Bouldin index in the method's own space."""
    return davies_bouldin(fit.own, fit.labels) if is_own_scorable(fit) else None


def davies_bouldin_input(fit: Fit) -> float | None:
    """Davies–Bouldin index in the input space."""
    return davies_bouldin(fit.features, fit.labels)


def calinski_harabasz_own(fit: Fit) -> float | None:
    """Caliński–Harabasz index in the method's own space."""
    return calinski_harabasz(fit.own, fit.labels) if is_own_scorable(fit) else None


def calinski_harabasz_input(fit: Fit) -> float | None:
    """Caliński–Harabasz index in the input space."""
    return calinski_harabasz(fit.features, fit.labels)
