"""Kohonen's batch rule for a map, as matrix products on any torch device."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from methods.progress import Progress, ProgressCallback

_ROWS = 1024
"""Samples per piece: their distances to a hundred units fit into the processor's cache."""
_TIE = 1e-5
"""If the squared distances of two units differ by less than this share of the norms, float64 compares them."""

DECAYS: dict[str, Callable[[float, float], float]] = {
    "constant": lambda start, share: start,
    "asymptotic_decay": lambda start, share: start / (1 + 2 * share),
    "inverse_decay_to_zero": lambda start, share: start / (1 + 100 * share),
    "linear_decay_to_zero": lambda start, share: start * (1 - share),
    "inverse_decay_to_one": lambda start, share: start / (1 + (start - 1) * share),
    "linear_decay_to_one": lambda start, share: start + (1 - start) * share,
}
"""MiniSom's decays of radius and rate, by its names: the value after a share, in [0, 1), of all passes."""


def train_batch(
    X: Tensor,
    codebook: Tensor,
    grid_shape: tuple[int, int],
    *,
    epochs: int,
    batch_size: int | None,
    sigma: Callable[[float], float],
    learning_rate: Callable[[float], float],
    generator: torch.Generator,
    progress: ProgressCallback,
) -> Tensor:
    """The codebook after `epochs` passes over `X`, (n_units, n_features) float32 on the device of `X`.

    In each step every unit moves towards the weighted mean of a batch of samples, by the share `learning_rate` of the
    distance. The weight of a sample is the Gaussian neighbourhood, of width `sigma`, between its winning unit and the
    unit that moves. If `batch_size` is None, one batch has all samples. With a rate of 1 this is Kohonen's batch rule
    (Kohonen 2013, "Essentials of the self-organizing map", Eq. 8). Smaller batches are drawn from `generator`, a
    generator of the CPU, in each pass.

    `sigma`, in units of the grid, and `learning_rate`, in [0, 1], are functions of the share of all steps that is
    done. `codebook`, (n_units, n_features), is the start; its units are on the grid row by row.

    >>> X = torch.tensor([[0.0], [1.0], [8.0], [9.0]])
    >>> start = torch.tensor([[0.0], [9.0]])
    >>> train_batch(
    ...     X, start, (1, 2), epochs=1, batch_size=None, sigma=lambda done: 0.1, learning_rate=lambda done: 1.0,
    ...     generator=torch.Generator(), progress=lambda progress: None,
    ... )
    tensor([[0.5000],
            [8.5000]])
    """
    squares = _grid_squares(grid_shape, X.device)
    n_batches = 1 if batch_size is None else -(-len(X) // batch_size)
    for epoch in range(epochs):
        for batch, samples in enumerate(_batches(X, batch_size, generator)):
            done = (epoch + batch / n_batches) / epochs
            sums, wins = _sums_by_winner(samples, codebook)
            neighbourhood = torch.exp(squares / (-2 * sigma(done) ** 2)).to(sums.dtype)
            weights = (neighbourhood @ wins)[:, None]
            means = (neighbourhood @ sums) / weights
            moved = torch.lerp(codebook.to(sums.dtype), means, learning_rate(done))
            codebook = torch.where(weights > 0, moved, codebook.to(sums.dtype)).to(codebook.dtype)
            progress(Progress("map", epoch + (batch + 1) / n_batches, epochs))
    return codebook


def _batches(X: Tensor, batch_size: int | None, generator: torch.Generator) -> Iterator[Tensor]:
    if batch_size is None:
        yield X
    else:
        for rows in torch.randperm(len(X), generator=generator).to(X.device).split(batch_size):
            yield X[rows]


def _grid_squares(grid_shape: tuple[int, int], device: torch.device) -> Tensor:
    """Squared distances of all pairs of units on the grid, (n_units, n_units)."""
    rows, columns = (torch.arange(side, device=device) for side in grid_shape)
    positions = torch.cartesian_prod(rows, columns)
    return (positions[:, None] - positions).square().sum(2)


def _sums_by_winner(X: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    """The sum, (n_units, n_features), and the number, (n_units,), of the samples that each unit wins."""
    dtype = torch.float32 if X.device.type == "mps" else torch.float64  # MPS has no float64
    sums = torch.zeros(codebook.shape, dtype=dtype, device=X.device)
    wins = torch.zeros(len(codebook), dtype=dtype, device=X.device)
    for samples in X.split(_ROWS):
        won_by = winners(samples, codebook)
        sums += _sum_groups(samples, won_by, len(codebook))
        wins += torch.bincount(won_by, minlength=len(codebook))
    return sums, wins


def _sum_groups(samples: Tensor, groups: Tensor, n_groups: int) -> Tensor:
    """The sum of the samples of each group, (n_groups, n_features)."""
    if samples.device.type == "cpu":
        return samples.new_zeros(n_groups, samples.shape[1]).index_add_(0, groups, samples)
    # On other devices the order of scattered additions varies, and so do the bits. A matrix product has a fixed order.
    one_hot = samples.new_zeros(n_groups, len(samples)).scatter_(0, groups[None], 1.0)
    return one_hot @ samples


def winners(X: Tensor, codebook: Tensor) -> Tensor:
    """The unit nearest to each sample in Euclidean distance, (n_samples,) int64, by one matrix product.

    If float32 cannot decide between the two nearest units, float64 decides.
    """
    norms = codebook.square().sum(1)
    distances = torch.addmm(norms, X, codebook.T, alpha=-2)  # squared, minus the norm of the sample
    least, nearest = distances.min(1)
    if len(codebook) == 1:
        return nearest
    second = distances.scatter_(1, nearest[:, None], torch.inf).amin(1)
    tied = torch.nonzero(second - least < _TIE * (norms.max() + least.abs())).flatten()
    exact = torch.cdist(X[tied].cpu().double(), codebook.cpu().double(), compute_mode="donot_use_mm_for_euclid_dist")
    nearest[tied] = exact.argmin(1).to(X.device)
    return nearest
