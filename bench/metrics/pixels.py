"""Squared distances of images of 8 bits, exact: whole numbers from products of whole numbers.

Processors multiply 8-bit integers several times as fast as floating-point numbers, and no digit is lost.
"""

from collections.abc import Callable
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
    def of(cls, X: FloatArray) -> Self | None:
        """The images in `X`, (n_samples, n_features), if every number in it is a pixel of 8 bits in [0, 1].

        None if not, or if this processor has no instructions for such products.
        """
        if X.dtype != np.float32 or not _FEWEST_FEATURES <= X.shape[1] <= _MOST_FEATURES or not _is_fast_here():
            return None
        values = np.empty(X.shape, np.int8)
        for start in range(0, len(X), _BLOCK):
            block = np.asarray(X[start : start + _BLOCK])
            if not (np.isfinite(block).all() and block.min() >= 0 and block.max() <= 1):
                return None
            whole = np.rint(block * 255).astype(np.uint8)
            if not np.array_equal(LEVELS[whole], block):
                return None
            values[start : start + _BLOCK] = whole.view(np.int8) ^ np.int8(-128)  # less 128, as signed numbers
        return cls(values)

    def prepared(self, rows: IntArray) -> "_Prepared":
        """What all tiles of these rows have in common."""
        return _Prepared(self._values[self._tensor(rows)], self._norms[rows, None])

    def squares(self, rows: "_Prepared", columns: slice, out: npt.NDArray[np.float32]) -> Callable[[slice], None]:
        """Squared distances in units of 1/255², (rows, columns). Returns what fills a strip of `out` with them.

        Until then `out` holds the products, whole numbers of as many bytes.
        """
        products = out.view(np.int32)
        self._multiply(rows.values, self._values[columns].T, out=self._tensor(products))
        right = self._norms[columns]

        def fill(strip: slice) -> None:
            part = products[strip]
            part *= -2
            part += rows.norms[strip]
            part += right
            out[strip] = part  # in place: each number becomes a floating-point one

        return fill


@dataclass(frozen=True)
class _Prepared:
    """Rows of tiles."""

    values: Any
    norms: npt.NDArray[np.int32]


def _is_fast_here() -> bool:
    """Whether this processor multiplies 8-bit integers in hardware."""
    import torch

    return bool(torch.cpu._is_vnni_supported())
