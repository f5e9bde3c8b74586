"""How well a map preserves neighbourhoods: whether units that are near in the data are neighbours on the grid."""

import numpy as np

from bench.metrics.arrays import FloatArray
from bench.metrics.fit import Fit
from bench.metrics.prototypes import nearest_prototypes


def topographic_error(X: FloatArray, prototypes: FloatArray, grid_shape: tuple[int, int]) -> float:
    """Share of samples whose two nearest units are not neighbours on the grid, in [0, 1] (Kiviluoto 1996).

    A unit has up to 8 neighbours. `X` has shape (n_samples, n_features); `prototypes` has shape
    (rows · columns, n_features), in row-major order of `grid_shape`.
    Raises ValueError if the grid does not fit the prototypes, or if there are fewer than two units.

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


def topographic_error_of(fit: Fit) -> float | None:
    """`topographic_error` of a fit, None without a grid of at least two units."""
    if fit.prototypes is None or fit.grid_shape is None or len(fit.prototypes) < 2:
        return None
    return topographic_error(fit.features, fit.prototypes, fit.grid_shape)
