"""Exact squared distances of 8-bit images, from products of 8-bit integers.

Processors multiply 8-bit integers several times as fast as floating-point numbers, and the result is not rounded.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import Float32Array, FloatArray, IntArray, row_blocks

LEVELS = np.arange(256, dtype=np.float32) / np.float32(255)
"""The pixel in [0, 1] of each 8-bit value."""
MAX_FEATURES = 33_000
"""The sum of this many squared differences of 255 fits in 32 bits."""
_MIN_FEATURES = 128
"""With fewer features, the product is only a small part of the work."""


class Pixels:
    """8-bit images, as signed integers."""

    def __init__(self, values: npt.NDArray[np.int8]) -> None:
        import torch  # numpy has no fast product of 8-bit integers

        self._values = torch.from_numpy(values)
        self._norms = np.einsum("ij,ij->i", values, values, dtype=np.int32)
        self._multiply = torch._int_mm
        self._tensor = torch.from_numpy

    @classmethod
    def of(cls, X: FloatArray, order: IntArray) -> Self | None:
        """The images in `X`, (n_samples, n_features), in the given order, if all numbers are 8-bit pixels in [0, 1].

        Otherwise None; also None if this processor has no fast and exact instructions for the product.
        """
        if X.dtype != np.float32 or not _MIN_FEATURES <= X.shape[1] <= MAX_FEATURES:
            return None
        if not (_is_fast_here() and _is_exact_here()):
            return None
        values = np.empty(X.shape, np.int8)
        for rows in row_blocks(len(X)):
            block = np.asarray(X[order[rows]])
            if not (np.isfinite(block).all() and block.min() >= 0 and block.max() <= 1):
                return None
            levels = np.rint(block * 255).astype(np.uint8)
            if not np.array_equal(LEVELS[levels], block):
                return None
            values[rows] = levels.view(np.int8) ^ np.int8(-128)  # the level minus 128, as a signed integer
        return cls(values)

    def left(self, places: IntArray) -> "_Operand":
        """The left operand of the product for the rows at `places`; all tiles of these rows share it."""
        return _Operand(self._values[self._tensor(places)], self._norms[places, None])

    def right(self, columns: slice) -> "_Operand":
        """The right operand of the product for these columns; all strips of a tile share it."""
        return _Operand(self._values[columns].T, self._norms[columns])

    def squares(self, left: "_Operand", strip: slice, right: "_Operand", out: Float32Array) -> None:
        """Fill `out` with the squared distances of the rows `strip` to the columns, in units of 1/255²."""
        products = out.view(np.int32)  # the same memory: each integer is replaced by a float of the same size
        self._multiply(left.values[strip], right.values, out=self._tensor(products))
        products *= -2
        products += left.norms[strip]
        products += right.norms
        out[...] = products


@dataclass(frozen=True)
class _Operand:
    """Rows or columns of a tile."""

    values: Any
    norms: npt.NDArray[np.int32]


def _is_fast_here() -> bool:
    """Whether this processor has instructions for products of 8-bit integers."""
    import torch

    return bool(torch.cpu._is_vnni_supported())


def _is_exact_here() -> bool:
    """Whether the product of torch is exact: older instructions limit sums of two products to 16 bits."""
    import torch

    largest = torch.full((_MIN_FEATURES, _MIN_FEATURES), 127, dtype=torch.int8)
    return bool((torch._int_mm(largest, largest) == 127**2 * _MIN_FEATURES).all())
