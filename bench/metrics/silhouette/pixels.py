"""Squared distances of images of 8 bits, exact: whole numbers from products of whole numbers.

Processors multiply 8-bit integers several times as fast as floating-point numbers, and no digit is lost.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray

LEVELS = np.arange(256, dtype=np.float32) / np.float32(255)
"""What a pixel of 8 bits is in [0, 1]."""
_MOST_FEATURES = 33_000
"""So many squared differences of 255 fit in 32 bits."""
_FEWEST_FEATURES = 128
"""Below, the product is a small part of the work."""
_BLOCK = 2048


class Pixels:
    """Images of 8 bits, as signed integers."""

    def __init__(self, values: npt.NDArray[np.int8]) -> None:
        import torch  # whose integer product is the one that numpy does not have

        self._values = torch.from_numpy(values)
        self._norms = np.einsum("ij,ij->i", values, values, dtype=np.int32)
        self._multiply = torch._int_mm
        self._tensor = torch.from_numpy

    @classmethod
    def of(cls, X: FloatArray, order: IntArray) -> Self | None:
        """The images in `X`, (n_samples, n_features), in that order, if every number is a pixel of 8 bits in [0, 1].

        None if not, or if this processor has no instructions for such products.
        """
        if X.dtype != np.float32 or not _FEWEST_FEATURES <= X.shape[1] <= _MOST_FEATURES:
            return None
        if not (_is_fast_here() and _is_exact_here()):
            return None
        values = np.empty(X.shape, np.int8)
        for start in range(0, len(X), _BLOCK):
            block = np.asarray(X[order[start : start + _BLOCK]])
            if not (np.isfinite(block).all() and block.min() >= 0 and block.max() <= 1):
                return None
            whole = np.rint(block * 255).astype(np.uint8)
            if not np.array_equal(LEVELS[whole], block):
                return None
            values[start : start + _BLOCK] = whole.view(np.int8) ^ np.int8(-128)  # less 128, as signed numbers
        return cls(values)

    def left(self, places: IntArray) -> "_Side":
        """What all tiles of these rows have in common."""
        return _Side(self._values[self._tensor(places)], self._norms[places, None])

    def right(self, columns: slice) -> "_Side":
        """What all strips of a tile of these columns have in common."""
        return _Side(self._values[columns].T, self._norms[columns])

    def squares(self, left: "_Side", strip: slice, right: "_Side", out: npt.NDArray[np.float32]) -> None:
        """Fill `out` with the squared distances of a strip of the rows to the columns, in units of 1/255²."""
        products = out.view(np.int32)  # numbers of as many bytes, each of which becomes a floating-point one in place
        self._multiply(left.values[strip], right.values, out=self._tensor(products))
        products *= -2
        products += left.norms[strip]
        products += right.norms
        out[...] = products


@dataclass(frozen=True)
class _Side:
    """Rows or columns of tiles."""

    values: Any
    norms: npt.NDArray[np.int32]


def _is_fast_here() -> bool:
    """Whether this processor multiplies 8-bit integers in hardware."""
    import torch

    return bool(torch.cpu._is_vnni_supported())


def _is_exact_here() -> bool:
    """Whether torch's product is right: with other instructions, to which an environment variable of its library
    oneDNN can hold it, sums of two products end at 16 bits."""
    import torch

    largest = torch.full((_FEWEST_FEATURES, _FEWEST_FEATURES), 127, dtype=torch.int8)
    return bool((torch._int_mm(largest, largest) == 127**2 * _FEWEST_FEATURES).all())
