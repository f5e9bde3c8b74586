"""How well prototypes represent the samples in the input space: quantization error and topographic error."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bench.metrics.arrays import FloatArray, IntArray, row_blocks

if TYPE_CHECKING:
    from bench.metrics.fit import Fit


def nearest_prototypes(X: FloatArray, prototypes: FloatArray, count: int) -> Iterator[tuple[slice, IntArray]]:
    """Yield blocks of rows of X, each with the indices of the `count` nearest prototypes, nearest first.

    `X` has shape (n_samples, n_features), `prototypes` (n_units, n_features), the indices (rows, count). If two
    prototypes are equally near, up to rounding, the lower index comes first.
    Raises ValueError if there are fewer than `count` prototypes.
    """
    check_count(prototypes, count)
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


def check_count(prototypes: FloatArray, count: int) -> None:
    """Raise ValueError if there are fewer than `count` prototypes."""
    if len(prototypes) < count:
        raise ValueError(f"expected at least {count} prototypes, got {len(prototypes)}.")


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


def quantization_error_of(fit: "Fit") -> float | None:
    """`quantization_error` of a fit in the input space, None without prototypes."""
    return None if fit.prototypes is None else fit.space("input").quantization_error(fit.prototypes)


def topographic_error(X: FloatArray, prototypes: FloatArray, grid_shape: tuple[int, int]) -> float:
    """Share of samples whose two nearest units are not neighbours on the grid, in [0, 1] (Kiviluoto 1996).

    A unit has up to 8 neighbours. `X` has shape (n_samples, n_features); `prototypes` has shape
    (rows · columns, n_features), in row-major order of `grid_shape`.
    Raises ValueError if the grid does not fit the number of units, or if there are fewer than two units.

    >>> line = np.array([[0.0], [5.0], [1.0]])  # units 0 and 2 are near in the data, but not neighbours on the map
    >>> topographic_error(np.array([[0.4], [4.0]]), line, (1, 3))
    0.5
    """
    rows, columns = grid_shape
    if rows * columns != len(prototypes):
        raise ValueError(f"grid_shape={grid_shape} needs {rows * columns} units, got {len(prototypes)}.")
    n_wrong = 0
    for _, best in nearest_prototypes(X, prototypes, 2):
        row, column = np.divmod(best, columns)
        distance = np.maximum(np.abs(row[:, 0] - row[:, 1]), np.abs(column[:, 0] - column[:, 1]))
        n_wrong += int(np.count_nonzero(distance > 1))
    return n_wrong / len(X)


def topographic_error_of(fit: "Fit") -> float | None:
    """`topographic_error` of a fit, None without a grid of at least two units."""
    if fit.prototypes is None or fit.grid_shape is None or len(fit.prototypes) < 2:
        return None
    return topographic_error(fit.features, fit.prototypes, fit.grid_shape)
