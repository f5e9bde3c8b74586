"""The memory that a fit of a third-party class needs if it grows with the square of the number of samples."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from methods.neighbour_memory import chunk_matrices, list_matrices

_NUMBER_BYTES = 8
_OVERHEAD = 64
"""Numbers of a sample for lists and labels, beside its features."""


@dataclass(frozen=True)
class Need:
    """The memory of a fit beside its data, in numbers of 8 bytes: `matrices` · n² + `per_sample` · n."""

    matrices: float
    n_samples: int
    per_sample: float = 0
    at_most: float = 0
    """`matrices` of another number of such samples, if they can be more."""

    @property
    def n_bytes(self) -> int:
        """The memory in bytes.

        >>> Need(4.5, 70_000).n_bytes / 1e9
        176.4
        """
        return int(_NUMBER_BYTES * self.n_samples * (self.matrices * self.n_samples + self.per_sample))

    def samples_in(self, n_bytes: int) -> int:
        """The number of samples whose fit needs at most `n_bytes`, rounded down to two digits.

        >>> Need(4.5, 70_000).samples_in(16_000_000_000), Need(4.5, 70_000, per_sample=10_000).samples_in(16 * 10**9)
        (21000, 20000)
        """
        n_numbers, matrices = max(0, n_bytes) / _NUMBER_BYTES, max(self.matrices, self.at_most)
        # the positive root of matrices · n² + per_sample · n = n_numbers
        n_samples = int(2 * n_numbers / (self.per_sample + sqrt(self.per_sample**2 + 4 * matrices * n_numbers) or 1))
        unit = int(10 ** max(0, len(str(n_samples)) - 2))
        return n_samples // unit * unit


Terms = tuple[float, float, float]
"""Matrices; numbers for each feature of a sample; matrices of another number of samples, at most."""


def _agglomerative(X: Any, options: Mapping[str, Any]) -> Terms:
    if options.get("linkage") != "single":
        return 1.05, 1, 0
    return (0.65, 1, 0) if options.get("metric") == "cosine" else (0, 0, 0)


def _spectral(X: Any, options: Mapping[str, Any]) -> Terms:
    return (0, 0, 0) if options.get("affinity") == "nearest_neighbors" else (4.3, 2, 0)


def _affinity_propagation(X: Any, options: Mapping[str, Any]) -> Terms:
    return 4.6, 1, 0


def _hdbscan(X: Any, options: Mapping[str, Any]) -> Terms:
    if options.get("metric") == "cosine":
        return 2.6, 2, 0
    return (2.05, 1.5, 0) if options.get("algorithm") == "brute" else (0, 0, 0)


def _dbscan(X: Any, options: Mapping[str, Any]) -> Terms:
    matrices, at_most = list_matrices(X, options)
    return 1.1 * matrices, 0.5, 1.1 * at_most


def _optics(X: Any, options: Mapping[str, Any]) -> Terms:
    return (chunk_matrices(len(X), 2.6), 2, 2.6) if options.get("metric") == "cosine" else (0, 0, 0)


_TERMS: Mapping[str, Callable[[Any, Mapping[str, Any]], Terms]] = {
    "AgglomerativeClustering": _agglomerative,
    "SpectralClustering": _spectral,
    "AffinityPropagation": _affinity_propagation,
    "HDBSCAN": _hdbscan,
    "DBSCAN": _dbscan,
    "OPTICS": _optics,
}
"""By class of scikit-learn, the terms of its fit, from the samples and all options of the constructor.

Source: the peak memory of single fits of scikit-learn 1.9.1 on 2,000 to 6,000 float32 samples of 10, 40 and 784
features. The figures are matrices of n × n numbers of 8 bytes; each 784 features of 2,000 samples are 0.39 of them:

AgglomerativeClustering: the distance of each pair once, and a copy: 0.99 to 1.01, with 784 features up to 1.37;
linkage=single none, except with metric=cosine, 0.56 to 0.69. SpectralClustering: affinities, Laplacian and its factors:
4.05 to 4.20, up to 4.69. AffinityPropagation: similarities in float32, three matrices and random numbers: 3.76 to 4.55.
HDBSCAN: algorithm=brute 2.00 to 2.02, up to 2.53; metric=cosine 2.38 to 2.63. DBSCAN: see `methods.neighbour_memory`;
if all samples are neighbours, 1.53 to 1.95 with 10 features, and 2.55 to 3.39 with 40 and 784. OPTICS and MeanShift
look at one sample after the other, so their memory does not grow with the square, except OPTICS with metric=cosine,
which computes up to 1 GiB of distances at once: 2.38.
"""


def needed(cls: type, X: Any, params: Mapping[str, Any]) -> Need | None:
    """The memory of a fit of a class, or of a class that is derived from it, on samples, (n_samples, n_features).

    It is not below the measured peak and, in most cases, less than twice the peak. None if the class is not known, or
    if its memory does not grow with the square of the number of samples. Loads scikit-learn.

    >>> from sklearn.cluster import AgglomerativeClustering, Birch
    >>> import numpy as np
    >>> X = np.zeros((1000, 36))
    >>> needed(AgglomerativeClustering, X, {}), needed(Birch, X, {})
    (Need(matrices=1.05, n_samples=1000, per_sample=100, at_most=0), None)
    """
    names = [base.__name__ for base in cls.__mro__ if base.__module__.partition(".")[0] == "sklearn"]
    terms = next((_TERMS[name] for name in names if name in _TERMS), None)
    if terms is None:
        return None
    defaults = {name: each.default for name, each in inspect.signature(cls).parameters.items()}
    matrices, copies, at_most = terms(X, {**defaults, **params})
    return Need(matrices, len(X), copies * X.shape[1] + _OVERHEAD, at_most) if matrices else None
