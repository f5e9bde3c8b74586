"""Samples on a torch device in float64, and the tiles in which they are used."""

import torch
from torch import Tensor

from methods.base import FloatArray

__all__ = ["centred", "squared_norms", "tiles"]

_TILE_BYTES = 2**28
"""Bytes of the largest temporary matrix. On a GPU, fewer and larger products are faster."""


def centred(X: FloatArray, mean: FloatArray, device: torch.device) -> Tensor:
    """`X` − `mean` in float64 on the device, (n_samples, n_features).

    The subtraction is in float32, as in scikit-learn's K-Means. `X`, (n_samples, n_features), and `mean`,
    (n_features,), are float32 in main memory. The result has 8 bytes for each value of `X`.

    >>> import numpy as np
    >>> centred(np.array([[1], [4]], np.float32), np.array([2], np.float32), torch.device("cpu")).tolist()
    [[-1.0], [2.0]]
    """
    samples = torch.empty(X.shape, dtype=torch.float64, device=device)
    offset = torch.tensor(mean, device=device)
    start = 0
    for tile in tiles(samples, X.shape[1]):
        tile.copy_(_shared(X[start : start + len(tile)]).to(device) - offset)
        start += len(tile)
    return samples


def _shared(rows: FloatArray) -> Tensor:
    """The rows as a tensor. PyTorch cannot share a read-only array, such as memory-mapped data: it is copied."""
    return torch.from_numpy(rows) if rows.flags.writeable else torch.tensor(rows)


def tiles(X: Tensor, width: int) -> tuple[Tensor, ...]:
    """Views of consecutive rows of `X`, for which a float64 matrix with `width` columns is not too large.

    >>> [len(tile) for tile in tiles(torch.zeros(5, 1), width=2**24)]
    [2, 2, 1]
    """
    views: tuple[Tensor, ...] = X.split(max(1, _TILE_BYTES // (8 * width)))
    return views


def squared_norms(X: Tensor) -> Tensor:
    """The squared norm of each row, (n_samples,)."""
    return torch.cat([tile.square().sum(1) for tile in tiles(X, X.shape[1])])
