"""The samples of one space on a device: uploaded once, as bytes if they are 8-bit images."""

from typing import Any, Protocol

import torch

from bench.metrics.arrays import FloatArray
from bench.metrics.device.images import Images
from bench.metrics.device.points import Points


class Samples(Protocol):
    """Samples on a device, for all metrics of their space. Indices are int64 tensors on this device."""

    device: torch.device
    n_samples: int
    n_features: int
    largest: float
    """No number has a larger magnitude."""

    def numbers(self, indices: torch.Tensor) -> torch.Tensor:
        """The samples of these indices, (n_indices, n_features), float64."""

    def left(self, indices: torch.Tensor) -> Any:
        """The left operand of `squares` for these samples; all tiles of these rows share it."""

    def right(self, indices: torch.Tensor) -> Any:
        """The right operand of `squares` for these samples."""

    def squares(self, left: Any, right: Any, out: torch.Tensor) -> None:
        """Fill `out`, (rows, columns), float64, with squared distances. Their unit is the same for all pairs.

        The number of rows and of columns must be a multiple of 32. A sample's distance to itself may be rounded.
        """


def upload(X: FloatArray, device: torch.device) -> Samples:
    """The samples `X`, (n_samples, n_features), on a device. X may be read-only.

    Raises ValueError if X contains infinity or NaN, and RuntimeError if the device has too little memory.
    """
    return Images.of(X, device) or Points(X, device)
