"""8-bit images on a device: one byte for each pixel, and exact squared distances from products of bytes.

A GPU multiplies bytes many times as fast as float64, and the result is not rounded.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch

from bench.metrics.arrays import FloatArray, row_blocks
from bench.metrics.device.transfer import UPLOAD_ROWS, on_device
from bench.metrics.silhouette.pixels import LEVELS, MAX_FEATURES

_MULTIPLE = 16
"""The number of bytes of a row is a multiple of it, so that each row begins where tensor cores read fastest."""


class Images:
    """8-bit images, as signed bytes: the level of a pixel minus 128. This changes no distance."""

    largest = 1.0

    def __init__(self, values: torch.Tensor, norms: torch.Tensor, n_features: int) -> None:
        """`values`, int8, (n_samples, n_features or more; the rest is 0); `norms`, int32, (n_samples,)."""
        self.device, self.n_samples, self.n_features = values.device, len(values), n_features
        self._values, self._norms = values, norms
        self._levels = torch.from_numpy(LEVELS).to(self.device, torch.float64)

    @classmethod
    def of(cls, X: FloatArray, device: torch.device) -> Self | None:
        """The images in `X`, (n_samples, n_features), if all numbers are 8-bit pixels in [0, 1]; otherwise None.

        Also None if the device does not multiply bytes exactly.
        """
        n_features = X.shape[1]
        if X.dtype != np.float32 or n_features > MAX_FEATURES or not _multiplies_bytes(device):
            return None
        table = torch.from_numpy(LEVELS).to(device)
        values = torch.zeros((len(X), -(-n_features // _MULTIPLE) * _MULTIPLE), dtype=torch.int8, device=device)
        norms = torch.empty(len(X), dtype=torch.int32, device=device)
        for rows in row_blocks(len(X), UPLOAD_ROWS):
            block = on_device(X[rows], device)
            levels = (block * 255).round().clamp(0, 255).to(torch.uint8)
            if not bool((table.index_select(0, levels.flatten().int()).view_as(block) == block).all()):
                return None
            values[rows, :n_features] = (levels ^ 128).view(torch.int8)  # the level minus 128, as a signed integer
            norms[rows] = values[rows].int().square().sum(1, dtype=torch.int32)
        return cls(values, norms, n_features)

    def numbers(self, indices: torch.Tensor) -> torch.Tensor:
        """The images of these indices, (n_indices, n_features), float64: to the bit the float32 of X."""
        levels = self._values.index_select(0, indices)[:, : self.n_features].int() + 128
        return self._levels.index_select(0, levels.flatten()).view(levels.shape)

    def left(self, indices: torch.Tensor) -> "_Operand":
        """The operand of `squares` for these images."""
        return _Operand(self._values.index_select(0, indices), self._norms.index_select(0, indices))

    right = left

    def squares(self, left: "_Operand", right: "_Operand", out: torch.Tensor) -> None:
        """Fill `out` with the exact squared distances, in units of 1/255²."""
        products = torch._int_mm(left.values, right.values.T)
        torch.sub(left.norms[:, None], products, alpha=2, out=products)
        torch.add(products, right.norms, out=out)


@dataclass(frozen=True)
class _Operand:
    """Rows or columns of a tile."""

    values: torch.Tensor
    norms: torch.Tensor


def _multiplies_bytes(device: torch.device) -> bool:
    """Whether the device has a product of bytes, and it is exact. Old processors limit sums of two products to 16 bits.

    Raises torch.OutOfMemoryError if the device has no memory left.
    """
    largest = torch.full((128, 128), 127, dtype=torch.int8, device=device)
    try:
        product = torch._int_mm(largest, largest.T)
    except torch.OutOfMemoryError:
        raise
    except RuntimeError:  # an old GPU
        return False
    return bool((product == 127**2 * 128).all())
