"""The settings of a training phase: precision, optimizer, batches and learning rates."""

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch._dynamo  # it loads for a second; without this line the first optimizer loads it inside a timed fit
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR

from methods.dec.augmentation import Augmentation


class TrainingDivergedError(FloatingPointError):
    """A loss is no longer finite."""


def autocast(device: torch.device, precision: torch.dtype) -> AbstractContextManager[None]:
    """Run the networks in `precision`; the losses and the clustering layer are always float32.

    Weights in `precision` are not kept from one use to the next: a recorded step has to make them from the weights that
    it finds.
    """
    if precision == torch.float32:
        return nullcontext()
    return torch.autocast(device.type, dtype=precision, cache_enabled=False)


Optimizer = Literal["adam", "sgd"]


def optimizer_of(
    name: Optimizer,
    modules: list[nn.Module],
    others: list[Tensor],
    lr: Tensor | float,
    weight_decay: float,
    *,
    momentum: float,
) -> torch.optim.Optimizer:
    """The optimizer of that name; the other arguments as in `adam` and `sgd`."""
    if name == "sgd":
        return sgd(modules, others, lr, weight_decay, momentum)
    return adam(modules, others, lr, weight_decay)


def adam(modules: list[nn.Module], others: list[Tensor], lr: Tensor | float, weight_decay: float) -> torch.optim.Adam:
    """Adam (Kingma & Ba 2015) with an L2 penalty on the weights of convolutions and dense layers.

    Biases, batch norms and `others` (cluster centres) have no penalty. A step reads `lr` if it is a tensor: it is () on
    the device of the weights, or on the processor. On CUDA all numbers of Adam are on the device, so that a step can be
    recorded.
    """
    groups, device = _groups(modules, others, weight_decay)
    return torch.optim.Adam(groups, lr=lr, fused=device in _FUSED, foreach=False, capturable=device == "cuda")


def sgd(
    modules: list[nn.Module], others: list[Tensor], lr: Tensor | float, weight_decay: float, momentum: float
) -> torch.optim.SGD:
    """Stochastic gradient descent with momentum: v ← momentum · v + g, then θ ← θ − lr · v.

    The penalty and `lr` are as in `adam`. The fused step reads `lr` where it is, so that a step can be recorded.
    """
    groups, device = _groups(modules, others, weight_decay)
    return torch.optim.SGD(groups, lr=lr, momentum=momentum, fused=device in _FUSED, foreach=False)


_FUSED = ("cpu", "cuda", "mps")
"""Kinds of devices on which one kernel makes the whole step."""


def _groups(modules: list[nn.Module], others: list[Tensor], weight_decay: float) -> tuple[list[dict[str, Any]], str]:
    """The groups of parameters with and without penalty, and the kind of their device."""
    parameters = [parameter for module in modules for parameter in module.parameters()]
    weights = [parameter for parameter in parameters if parameter.dim() > 1]
    free = [parameter for parameter in parameters if parameter.dim() <= 1] + others
    groups = [{"params": weights, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]
    return groups, parameters[0].device.type


@dataclass(frozen=True)
class Steps:
    """The settings of the training steps of a phase."""

    epochs: int
    batch_size: int
    lr: float
    weight_decay: float
    precision: torch.dtype
    lr_schedule: Literal["constant", "one-cycle", "step"] = "constant"
    lr_step: int = 20_000
    """Number of steps until the rate is divided by 10, with the schedule step."""
    optimizer: Optimizer = "adam"
    momentum: float = 0.9
    """Momentum of sgd."""
    augmentation: Augmentation | None = None
    """Augmentation of the samples for the network; None: the original samples."""

    def rates(self, n_samples: int) -> list[float]:
        """The learning rate of each step of the phase.

        Constant, one cycle over the phase (Smith & Topin 2019), or divided by 10 after every `lr_step` steps (Xie et
        al. 2016, section 4.3).
        """
        total = self.epochs * len(batch_sizes(n_samples, self.batch_size))
        if self.lr_schedule == "constant" or not total:
            return [self.lr] * total
        if self.lr_schedule == "step":
            return [self.lr / 10 ** (number // self.lr_step) for number in range(total)]
        optimizer = torch.optim.SGD([torch.zeros(())], self.lr)  # only to carry the rate
        schedule = OneCycleLR(optimizer, self.lr, total_steps=total, cycle_momentum=False)
        rates = [float(schedule.get_last_lr()[0])]
        for _ in range(total - 1):
            optimizer.step()
            schedule.step()
            rates.append(float(schedule.get_last_lr()[0]))
        return rates


def batch_sizes(n_samples: int, batch_size: int) -> list[int]:
    """The number of samples of each step of an epoch.

    The last batch may be smaller. A last batch of one sample is added to the batch before it: batch norm needs the
    variance of two or more values.

    >>> batch_sizes(14, 4), batch_sizes(13, 4), batch_sizes(1, 4)
    ([4, 4, 4, 2], [4, 4, 5], [1])
    """
    whole, rest = divmod(n_samples, batch_size)
    sizes = [batch_size] * whole + [rest] * (rest > 0)
    if len(sizes) > 1 and sizes[-1] == 1:
        sizes[-2:] = [sizes[-2] + 1]
    return sizes


def finite(loss: float, name: str, phase: str, epoch: int) -> float:
    """The loss, unchanged. Raises TrainingDivergedError if it is not finite."""
    if not math.isfinite(loss):
        raise TrainingDivergedError(f"{name} loss is {loss} in epoch {epoch + 1} of phase '{phase}'; try a lower lr.")
    return loss
