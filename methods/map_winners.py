"""The samples that each unit of a map wins: their sums and their numbers."""

import torch
from torch import Tensor

_ROWS = 1024
"""Samples per sum in float32. On a CPU also per piece: their distances to a hundred units fit into its cache."""
_BYTES = 2**29
"""Memory of one piece on a GPU. All of MNIST with a hundred units has two pieces."""
_DOUBT = {torch.float32: 1e-5, torch.float64: 1e-12}
"""Squared distances that differ by less than this share of the norms cannot be compared: rounding is as large."""


def sums_by_winner(X: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    """The sum, (n_units, n_features), and the number, (n_units,), of the samples that each unit wins.

    `X`, (n_samples, n_features), and `codebook`, (n_units, n_features), are float32. Both results are float64, on MPS
    float32.

    >>> sums, wins = sums_by_winner(torch.tensor([[0.0], [1.0], [8.0]]), torch.tensor([[0.0], [9.0]]))
    >>> sums.tolist(), wins.tolist()
    ([[1.0], [8.0]], [2.0, 1.0])
    """
    return (sums_on_cpu if X.device.type == "cpu" else sums_on_gpu)(X, codebook)


def sums_on_cpu(X: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    sums, wins = _zeros(codebook)
    for samples in X.split(_ROWS):
        won_by = winners(samples, codebook)
        sums += torch.zeros_like(codebook).index_add_(0, won_by, samples)
        wins += torch.bincount(won_by, minlength=len(codebook))
    return sums, wins


def sums_on_gpu(X: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    """The same by matrix products: their order of summation is fixed, that of scattered additions is not."""
    find = winners if X.device.type == "mps" else winners_without_reading  # MPS has no float64
    sums, wins = _zeros(codebook)
    units = torch.arange(len(codebook), device=X.device)
    for samples in X.split(_rows_per_piece(codebook)):
        is_won = find(samples, codebook)[:, None] == units
        sums += _product(is_won.to(samples.dtype), samples, sums.dtype)
        wins += is_won.sum(0)
    return sums, wins


def _zeros(codebook: Tensor) -> tuple[Tensor, Tensor]:
    dtype = torch.float32 if codebook.device.type == "mps" else torch.float64
    return torch.zeros_like(codebook, dtype=dtype), torch.zeros(len(codebook), dtype=dtype, device=codebook.device)


def _rows_per_piece(codebook: Tensor) -> int:
    """Samples whose copy in float64, distances and sums take `_BYTES`; whole multiples of `_ROWS`."""
    n_units, n_features = codebook.shape
    bytes_per_row = 8 * n_features + (8 + 1 + 4) * n_units + 4 * n_units * n_features // _ROWS
    return max(1, _BYTES // bytes_per_row // _ROWS) * _ROWS


def _product(is_won: Tensor, samples: Tensor, dtype: torch.dtype) -> Tensor:
    """`is_won`, (n, n_units), transposed, times `samples`, (n, n_features): float32 over `_ROWS` samples, then `dtype`.

    One product of all rows would have few results, (n_units, n_features), and so keep few processors of a GPU busy.
    """
    n_pieces = len(samples) // _ROWS
    whole, pieces = n_pieces * _ROWS, (n_pieces, _ROWS)
    sums: Tensor = is_won[:whole].unflatten(0, pieces).mT @ samples[:whole].unflatten(0, pieces)
    sums = sums.sum(0, dtype=dtype)
    return sums + is_won[whole:].T @ samples[whole:]


def winners(X: Tensor, codebook: Tensor) -> Tensor:
    """The unit nearest to each sample in Euclidean distance, (n_samples,) int64, by one product in float32.

    If float32 cannot decide between the two nearest units, the host decides in float64. The first of equally near
    units wins.
    """
    norms = codebook.square().sum(1)
    distances = torch.addmm(norms, X, codebook.T, alpha=-2)  # squared, minus the norm of the sample
    least, nearest = distances.min(1)
    if len(codebook) == 1:
        return nearest
    second = distances.scatter_(1, nearest[:, None], torch.inf).amin(1)
    tied = torch.nonzero(second - least < _DOUBT[X.dtype] * (norms.max() + least.abs())).flatten()
    exact = torch.cdist(X[tied].cpu().double(), codebook.cpu().double(), compute_mode="donot_use_mm_for_euclid_dist")
    nearest[tied] = exact.argmin(1).to(X.device)
    return nearest


def winners_without_reading(X: Tensor, codebook: Tensor) -> Tensor:
    """The unit nearest to each sample in Euclidean distance, (n_samples,) int64, by one product in float64.

    The host reads no result and so does not wait for the device. A GPU for computing multiplies float64 as fast as
    float32. The first of equally near units wins.
    """
    units = codebook.double()
    centre = units.mean(0)  # without it, data far from 0 would lose digits in the product
    units = units - centre
    norms = units.square().sum(1)
    distances = torch.addmm(norms, X - centre, units.T, alpha=-2)  # squared, minus the norm of the sample
    least = distances.amin(1)
    doubt = _DOUBT[distances.dtype] * (norms.max() + least.abs())
    return distances.clamp_(min=(least + doubt)[:, None]).argmin(1)  # the first of the smallest
