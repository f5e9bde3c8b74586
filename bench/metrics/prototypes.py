"""The distance of samples to prototypes."""

from collections.abc import Iterator

import numpy as np

from bench.metrics.arrays import FloatArray, IntArray, row_blocks
from bench.metrics.fit import Fit


def nearest_prototypes(X: FloatArray, prototypes: FloatArray, count: int) -> Iterator[tuple[slice, IntArray]]:
    """Yield blocks of rows of X, each with the indices of the `count` nearest prototypes, nearest first.

    `X` has shape (n_samples, n_features), `prototypes` (n_units, n_features), the indices (rows, count). Of equally
    near prototypes, the lower index comes first, up to rounding.
    Raises ValueError if there are fewer than `count` prototypes.
    """
    if len(prototypes) < count:
        raise ValueError(f"expected at least {count} prototypes, got {len(prototypes)}.")
    origin = np.asarray(prototypes, np.float64).mean(axis=0)  # centring reduces the cancellation in the scores below
    centred = prototypes - origin
    norms = np.einsum("ij,ij->i", centred, centred)
    for rows in row_blocks(len(X)):
        scores = norms - 2 * ((X[rows] - origin) @ centred.T)  # ‖x − p‖² − ‖x‖²
        best = np.empty((len(scores), count), np.int64)
        for rank in range(count):
            best[:, rank] = scores.argmin(axis=1)
            scores[np.arange(len(scores)), best[:, rank]] = np.inf
        yield rows, best


def quantization_error(X: FloatArray, prototypes: FloatArray) -> float:
    """Mean Euclidean distance of a sample to its nearest prototype, ≥ 0 (Kohonen 2001).

    `X` has shape (n_samples, n_features) and `prototypes` (n_units, n_features).
    Raises ValueError if there is no prototype.

    >>> quantization_error(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))
    2.5
    """
    total = 0.0
    for rows, best in nearest_prototypes(X, prototypes, 1):
        difference = np.asarray(X[rows], np.float64) - prototypes[best[:, 0]]
        total += float(np.sqrt(np.einsum("ij,ij->i", difference, difference)).sum())
    return total / len(X)


def quantization_error_of(fit: Fit) -> float | None:
    """`quantization_error` of a fit in the input space, None without prototypes."""
    return None if fit.prototypes is None else quantization_error(fit.features, fit.prototypes)
