"""Kohonen's batch rule for a map, as matrix products on any torch device."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from methods.map_winners import sums_by_winner
from methods.progress import Progress, ProgressCallback
from methods.same_bits import same_bits

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

    On CUDA the host reads no result and waits for nothing: `progress` hears of a step that the GPU may not have begun.
    The same arguments give the same bits.

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
    with same_bits(X.device):
        for epoch in range(epochs):
            for batch, samples in enumerate(_batches(X, batch_size, generator)):
                done = (epoch + batch / n_batches) / epochs
                codebook = _step(samples, codebook, squares, sigma(done), learning_rate(done))
                progress(Progress("map", epoch + (batch + 1) / n_batches, epochs))
    return codebook


def _step(samples: Tensor, codebook: Tensor, squares: Tensor, sigma: float, learning_rate: float) -> Tensor:
    """The codebook after one batch. `squares` are the squared distances of the units on the grid."""
    sums, wins = sums_by_winner(samples, codebook)
    before = codebook.to(sums.dtype)
    neighbourhood = torch.exp(squares / (-2 * sigma**2)).to(sums.dtype)
    weights = (neighbourhood @ wins)[:, None]
    means = (neighbourhood @ sums) / weights
    return torch.where(weights > 0, torch.lerp(before, means, learning_rate), before).to(codebook.dtype)


def _batches(X: Tensor, batch_size: int | None, generator: torch.Generator) -> Iterator[Tensor]:
    if batch_size is None:
        yield X
        return
    order = torch.randperm(len(X), generator=generator, pin_memory=X.is_cuda)
    # The host does not wait for the copy, except for MPS, which does not keep the memory that it copies from.
    for rows in order.to(X.device, non_blocking=X.device.type != "mps").split(batch_size):
        yield X[rows]


def _grid_squares(grid_shape: tuple[int, int], device: torch.device) -> Tensor:
    """Squared distances of all pairs of units on the grid, (n_units, n_units)."""
    rows, columns = (torch.arange(side, device=device) for side in grid_shape)
    positions = torch.cartesian_prod(rows, columns)
    return (positions[:, None] - positions).square().sum(2)
