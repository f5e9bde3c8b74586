"""The memory that a fit of a third-party class needs if it grows with the square of the number of samples."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

_NUMBER_BYTES = 8
_ROWS = 100
"""Rows whose neighbours are counted, at most."""
_PIECE = 4096


@dataclass(frozen=True)
class Need:
    """The memory of a fit beside its data, as a number of matrices of n × n numbers of 8 bytes."""

    matrices: float
    n_samples: int

    @property
    def n_bytes(self) -> int:
        """The memory in bytes.

        >>> Need(4.5, 70_000).n_bytes / 1e9
        176.4
        """
        return int(self.matrices * _NUMBER_BYTES * self.n_samples**2)

    def samples_in(self, n_bytes: int) -> int:
        """The number of samples whose fit needs at most `n_bytes`, rounded down to two digits.

        >>> Need(4.5, 70_000).samples_in(16_000_000_000)
        21000
        """
        n_samples = isqrt(int(n_bytes / (self.matrices * _NUMBER_BYTES)))
        unit = int(10 ** max(0, len(str(n_samples)) - 2))
        return n_samples // unit * unit


def _agglomerative(X: Any, options: Mapping[str, Any]) -> float:
    return 0 if options.get("linkage") == "single" else 1


def _spectral(X: Any, options: Mapping[str, Any]) -> float:
    return 0 if options.get("affinity") == "nearest_neighbors" else 4.25


def _affinity_propagation(X: Any, options: Mapping[str, Any]) -> float:
    return 4.5


def _hdbscan(X: Any, options: Mapping[str, Any]) -> float:
    return 2 if options.get("algorithm") == "brute" else 0


def _dbscan(X: Any, options: Mapping[str, Any]) -> float:
    is_euclidean = options.get("metric") in ("euclidean", "l2") and isinstance(options.get("eps"), int | float)
    return 1.5 * share_of_neighbours(X, options["eps"]) if is_euclidean else 0


_MATRICES: Mapping[str, Callable[[Any, Mapping[str, Any]], float]] = {
    "AgglomerativeClustering": _agglomerative,
    "SpectralClustering": _spectral,
    "AffinityPropagation": _affinity_propagation,
    "HDBSCAN": _hdbscan,
    "DBSCAN": _dbscan,
}
"""By class of scikit-learn, the matrices of its fit, from the samples and all options of the constructor.

Source: the peak of the memory of one fit of scikit-learn 1.9.1, on 2,000 to 8,000 samples, agrees with its code:
AgglomerativeClustering has the distance of each pair once (half a matrix), and SciPy copies it; linkage=single has none
(1.00 measured). SpectralClustering has the affinities, their Laplacian and its factors (4.19 to 4.23);
AffinityPropagation the similarities as float32, three matrices and one of random numbers (4.51). HDBSCAN has distances
only with algorithm=brute (2.00). DBSCAN lists the neighbours within eps of all samples at once (1.54 if all samples are
neighbours). OPTICS and MeanShift look at one sample after the other, so their memory does not grow with the square.
"""


def needed(cls: type, X: Any, params: Mapping[str, Any]) -> Need | None:
    """The memory of a fit of a class, or of a class that is derived from it, on samples, (n_samples, n_features).

    None if the class is not known, or if its memory does not grow with the square of the number of samples.

    >>> from sklearn.cluster import AgglomerativeClustering, Birch
    >>> needed(AgglomerativeClustering, [[0.0]] * 1000, {}), needed(Birch, [[0.0]] * 1000, {})
    (Need(matrices=1, n_samples=1000), None)
    """
    names = [base.__name__ for base in cls.__mro__ if base.__module__.partition(".")[0] == "sklearn"]
    formula = next((_MATRICES[name] for name in names if name in _MATRICES), None)
    if formula is None:
        return None
    defaults = {name: each.default for name, each in inspect.signature(cls).parameters.items()}
    matrices = formula(X, {**defaults, **params})
    return Need(matrices, len(X)) if matrices else None


def share_of_neighbours(X: Any, radius: float) -> float:
    """The share of pairs of samples, (n_samples, n_features), that are at most `radius` apart, 0 … 1: an estimate.

    The neighbours of at most 100 samples, at equal distances in the data, are counted. Loads scikit-learn.

    >>> import numpy as np
    >>> share_of_neighbours(np.array([[0.0], [1.0], [9.0], [10.0]]), 2)
    0.5
    """
    from sklearn.metrics import euclidean_distances

    rows = X[:: -(-len(X) // _ROWS)]
    pieces = (X[start : start + _PIECE] for start in range(0, len(X), _PIECE))
    n_near = sum(int((euclidean_distances(rows, piece) <= radius).sum()) for piece in pieces)
    return n_near / (len(rows) * len(X))
