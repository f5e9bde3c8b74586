"""Any samples on a device, as the numbers that they are; squared distances by products in float64."""

import numpy as np
import torch

from bench.metrics.arrays import FloatArray, row_blocks
from bench.metrics.device.transfer import UPLOAD_ROWS, on_device
from bench.metrics.silhouette.points import centre, scale

_MULTIPLE = 8
"""The number of columns of an operand is a multiple of it, so that each row begins where tensor cores read fastest."""


class Points:
    """Points. For distances, they are moved to their median and multiplied by a power of two, as on the processor.

    A product of float64 loses precision only where two samples are about 10⁷ times as near to each other as to the
    median.
    """

    def __init__(self, X: FloatArray, device: torch.device) -> None:
        """`X` has shape (n_samples, n_features). Raises ValueError if X has infinity or NaN."""
        self.device, (self.n_samples, self.n_features) = device, X.shape
        dtype = X.dtype if X.dtype in (np.float32, np.float64) else np.dtype(np.float64)
        self._centre = torch.from_numpy(centre(X)).to(device)
        self._values = torch.empty(
            X.shape, dtype=torch.float32 if dtype == np.float32 else torch.float64, device=device
        )
        largest = torch.zeros(2, dtype=torch.float64, device=device)
        for rows in row_blocks(len(X), UPLOAD_ROWS):
            self._values[rows] = on_device(X[rows].astype(dtype, copy=False), device)
            numbers = self._values[rows].double()
            largest = largest.maximum(torch.stack([numbers.abs().amax(), (numbers - self._centre).abs().amax()]))
        self.largest, largest_moved = largest.tolist()
        self._scale = scale(largest_moved, dtype)

    def numbers(self, indices: torch.Tensor) -> torch.Tensor:
        """The samples of these indices, (n_indices, n_features), float64."""
        return self._values.index_select(0, indices).double()

    def left(self, indices: torch.Tensor) -> torch.Tensor:
        """[−2x, ‖x‖², 1] for each sample."""
        points, norms = self._moved(indices)
        return _operand(-2 * points, norms, torch.ones_like(norms))

    def right(self, indices: torch.Tensor) -> torch.Tensor:
        """[x, 1, ‖x‖²] for each sample. The product of both operands is the matrix of squared distances."""
        points, norms = self._moved(indices)
        return _operand(points, torch.ones_like(norms), norms)

    def squares(self, left: torch.Tensor, right: torch.Tensor, out: torch.Tensor) -> None:
        """Fill `out` with the squared distances."""
        torch.mm(left, right.T, out=out)
        out.clamp_(min=0)  # rounding can make the square of a very small distance negative

    def _moved(self, indices: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The points in which distances are computed, and their squared lengths."""
        points = (self.numbers(indices) - self._centre) * self._scale
        return points, points.square().sum(1)


def _operand(points: torch.Tensor, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The points with two more columns, and with columns of zeros up to a good width."""
    n_rows, n_features = points.shape
    operand = points.new_zeros((n_rows, -(-(n_features + 2) // _MULTIPLE) * _MULTIPLE))
    operand[:, :n_features] = points
    operand[:, n_features] = first
    operand[:, n_features + 1] = second
    return operand
