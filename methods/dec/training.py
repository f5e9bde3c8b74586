"""Tools of both training loops: the optimizer, the order of samples, evaluation of the whole data set."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch
import torch._dynamo  # it loads for a second; without this line the first optimizer loads it inside a timed fit
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR

from methods.dec.augmentation import Augmentation
from methods.dec.autoencoder import Autoencoder
from methods.dec.objective import soft_assignments

INFERENCE_BATCH = 512


same_bits_on_cuda = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True)
"""Decorator: cuDNN does not choose kernels by timing, and does not use kernels whose order of summation varies."""


class TrainingDivergedError(FloatingPointError):
    """A loss is no longer finite."""


def autocast(device: torch.device, precision: torch.dtype) -> AbstractContextManager[None]:
    """Run the networks in `precision`; the losses and the clustering layer are always float32."""
    if precision != torch.float32:
        return torch.autocast(device.type, dtype=precision)
    return _without_tf32() if device.type == "cuda" else nullcontext()


@contextmanager
def _without_tf32() -> Iterator[None]:
    """Context in which cuDNN multiplies float32 as float32, not rounded to 10 bits: codes are equal on all devices."""
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def adam(modules: list[nn.Module], others: list[Tensor], lr: float, weight_decay: float) -> torch.optim.Adam:
    """Adam (Kingma & Ba 2015) with an L2 penalty on the weights of convolutions and dense layers.

    Biases, batch norms and `others` (cluster centres) have no penalty.
    """
    parameters = [parameter for module in modules for parameter in module.parameters()]
    weights = [parameter for parameter in parameters if parameter.dim() > 1]
    free = [parameter for parameter in parameters if parameter.dim() <= 1] + others
    fused = parameters[0].device.type in ("cpu", "cuda", "mps")
    groups = [{"params": weights, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.Adam(groups, lr=lr, fused=fused)


@dataclass(frozen=True)
class Steps:
    """The settings of the training steps of a phase."""

    epochs: int
    batch_size: int
    lr: float
    weight_decay: float
    precision: torch.dtype
    lr_schedule: Literal["constant", "one-cycle"] = "constant"
    augmentation: Augmentation | None = None
    """Augmentation of the samples for the network; None: the original samples."""

    def view(self, x: Tensor, generator: torch.Generator | None) -> Tensor:
        """The input of the network for the samples `x`, (n, n_features)."""
        return x if self.augmentation is None else self.augmentation(x, generator)

    def schedule(self, optimizer: torch.optim.Optimizer, n_samples: int) -> LRScheduler | None:
        """One cycle of the learning rate over the phase (Smith & Topin 2019), or None if it is constant."""
        if self.lr_schedule == "constant" or not self.epochs:
            return None
        total = self.epochs * n_batches(n_samples, self.batch_size)
        return OneCycleLR(optimizer, self.lr, total_steps=total, cycle_momentum=False)


def n_batches(n_samples: int, batch_size: int) -> int:
    """Steps of an epoch.

    >>> n_batches(13, 4), n_batches(14, 4), n_batches(1, 4)
    (3, 4, 1)
    """
    count = -(-n_samples // batch_size)
    return count - (count > 1 and n_samples - (count - 1) * batch_size == 1)


def batches(n_samples: int, batch_size: int, generator: torch.Generator, device: torch.device) -> list[Tensor]:
    """One epoch of row numbers in random order, on the device, in batches; the last may be smaller.

    A last batch of one sample is added to the batch before it: batch norm needs the variance of two or more values.
    """
    rows = list(torch.randperm(n_samples, generator=generator, device=device).split(batch_size))
    if len(rows) > 1 and len(rows[-1]) == 1:
        rows[-2:] = [torch.cat(rows[-2:])]
    return rows


@torch.no_grad()
def in_batches(function: Callable[[Tensor], Tensor], X: Tensor) -> Tensor:
    """`function` of all rows of `X`, in batches of INFERENCE_BATCH rows; zeros fill the last batch.

    All batches have the same size, so that a row's result does not depend, to the bit, on the other rows.
    """
    result = X.new_empty(0)
    for start in range(0, len(X), INFERENCE_BATCH):
        rows = X[start : start + INFERENCE_BATCH]
        padded = torch.cat([rows, rows.new_zeros(INFERENCE_BATCH - len(rows), *rows.shape[1:])])
        part = function(padded)
        if start == 0:  # allocated once: small results between large activations would fragment the memory
            result = part.new_empty(len(X), *part.shape[1:])
        result[start : start + len(rows)] = part[: len(rows)]
    return result


def reconstruction_error(network: Autoencoder, X: Tensor, precision: torch.dtype) -> Tensor:
    """Mean squared error per pixel of all samples in evaluation mode, on the device."""
    network.eval()

    def errors(x: Tensor) -> Tensor:
        difference: Tensor = network(x).to(torch.float32) - network.target(x)
        return difference.square().mean(1)

    with autocast(X.device, precision):
        return in_batches(errors, X).mean()


def encode_all(network: Autoencoder, X: Tensor, precision: torch.dtype = torch.float32) -> Tensor:
    """Codes of all samples in evaluation mode, (n_samples, d) float32."""
    network.eval()
    with autocast(X.device, precision):
        return in_batches(lambda x: network.encode(x).to(torch.float32), X)


def hidden_all(network: Autoencoder, X: Tensor) -> Tensor:
    """Outputs of the middle of the encoder for all samples in evaluation mode, (n_samples, width) float32."""
    network.eval()
    with autocast(X.device, torch.float32):
        return in_batches(network.hidden, X)


def decode_all(network: Autoencoder, codes: Tensor) -> Tensor:
    """Features of codes in evaluation mode, (n_samples, n_features) float32."""
    network.eval()
    with autocast(codes.device, torch.float32):
        return in_batches(lambda z: network.to_features(network.decode(z)), codes)


def soft_assign_all(network: Autoencoder, centers: Tensor, X: Tensor, precision: torch.dtype) -> Tensor:
    """Soft assignments of all samples in evaluation mode, (n_samples, n_clusters) float32."""
    return in_batches(lambda codes: soft_assignments(codes, centers), encode_all(network, X, precision))


def finite(loss: float, name: str, phase: str, epoch: int) -> float:
    """The loss, unchanged. Raises TrainingDivergedError if it is not finite."""
    if not math.isfinite(loss):
        raise TrainingDivergedError(f"{name} loss is {loss} in epoch {epoch + 1} of phase '{phase}'; try a lower lr.")
    return loss
