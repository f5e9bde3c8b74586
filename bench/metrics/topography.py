"""How well the grid of a map keeps its units' neighbourhoods."""

import numpy as np

from bench.metrics.arrays import FloatArray
from bench.metrics.fit import Fit
from bench.metrics.prototypes import nearest_prototypes


def topographic_error(X: FloatArray, prototypes: FloatArray, grid_shape: tuple[int, int]) -> float:
    """Share of samples whose two best units are not among each other's 8 neighbours, in [0, 1] (Kiviluoto 1996).

    `X` has shape (n_samples, n_features), `prototypes` (rows · columns, n_features) in row-major order of `grid_shape`.
    Raises ValueError if they disagree or there are fewer than two units.

    >>> line = np.array([[0.0], [5.0], [1.0]])  # units 0 and 2 are near in the data, apart on the map
    >>> topographic_error(np.array([[0.4], [4.0]]), line, (1, 3))
    0.5
    """
    rows, columns = grid_shape
    if rows * columns != len(prototypes):
        raise ValueError(f"grid_shape={grid_shape} needs {rows * columns} units, got {len(prototypes)}.")
    apart = 0
    for _, best in nearest_prototypes(X, prototypes, 2):
        row, column = np.divmod(best, columns)
        distance = np.maximum(np.abs(row[:, 0] - row[:, 1]), np.abs(column[:, 0] - column[:, 1]))
        apart += int(np.count_nonzero(distance > 1))
    return apart / len(X)


def topographic_error_of(fit: Fit) -> float | None:
    """`topographic_error` of a fit, None without a grid of at least two units."""
    if fit.prototypes is None or fit.grid_shape is None or len(fit.prototypes) < 2:
        return None
    return topographic_error(fit.features, fit.prototypes, fit.grid_shape)
