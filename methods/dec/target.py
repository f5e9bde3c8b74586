"""P, the target of the soft assignments, in each epoch."""

from dataclasses import dataclass

import torch
from torch import Tensor

from methods.dec.objective import target_distribution


@dataclass(frozen=True)
class Target:
    """P as a function of Q and of the epoch."""

    power: float = 2.0
    """Power of q in the first epoch."""
    final_power: float | None = None
    """Power of q in the last epoch; None: `power`. It changes linearly in between."""
    balance: bool = True
    """Whether P is divided by the sizes of the clusters."""
    warmup_epochs: int = 0
    """Number of first epochs. In them P is 1 for the first cluster of a sample, whatever Q is."""

    def __call__(self, q: Tensor, start: Tensor, epoch: int, epochs: int) -> Tensor:
        """P of all samples, (n_samples, n_clusters), in `epoch` of `epochs`; `start`: first labels, (n_samples,)."""
        if epoch < self.warmup_epochs:
            # one_hot would wait for the GPU
            return (start.unsqueeze(1) == torch.arange(q.shape[1], device=q.device)).to(q.dtype)
        share = (epoch - self.warmup_epochs) / max(1, epochs - self.warmup_epochs - 1)
        final = self.power if self.final_power is None else self.final_power
        return target_distribution(q, self.power + share * (final - self.power), self.balance)
