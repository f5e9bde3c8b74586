"""The settings of a training phase: precision, optimizer, batches and learning rates."""

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal

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


def adam(modules: list[nn.Module], others: list[Tensor], lr: Tensor | float, weight_decay: float) -> torch.optim.Adam:
    """Adam (Kingma & Ba 2015) with an L2 penalty on the weights of convolutions and dense layers.

    Biases, batch norms and `others` (cluster centres) have no penalty. A step reads `lr` if it is a tensor: it is () on
    the device of the weights, or on the processor. On CUDA all numbers of Adam are on the device, so that a step can be
    recorded.
    """
    parameters = [parameter for module in modules for parameter in module.parameters()]
    weights = [parameter for parameter in parameters if parameter.dim() > 1]
    free = [parameter for parameter in parameters if parameter.dim() <= 1] + others
    device = parameters[0].device.type
    groups = [{"params": weights, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.Adam(
        groups, lr=lr, fused=device in ("cpu", "cuda", "mps"), foreach=False, capturable=device == "cuda"
    )


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

    def rates(self, n_samples: int) -> list[float]:
        """The learning rate of each step: constant, or one cycle over the phase (Smith & Topin 2019)."""
        total = self.epochs * len(batch_sizes(n_samples, self.batch_size))
        if self.lr_schedule == "constant" or not total:
            return [self.lr] * total
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
