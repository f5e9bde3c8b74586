"""What the soft assignments are drawn towards, epoch by epoch."""

from dataclasses import dataclass

import torch
from torch import Tensor

from methods.dec.objective import target_distribution


@dataclass(frozen=True)
class Target:
    """P as a function of Q and of the epoch."""

    power: float = 2.0
    """Of q in the first epoch."""
    final_power: float | None = None
    """Of q in the last epoch, None the same; between the two it runs evenly."""
    balance: bool = True
    warmup_epochs: int = 0
    """First epochs, in which P is 1 for the cluster that a sample was in at the start, and Q has no say."""

    def __call__(self, q: Tensor, start: Tensor, epoch: int, epochs: int) -> Tensor:
        """P of all samples, (n_samples, n_clusters), in `epoch` of `epochs`; `start`, (n_samples,): first labels."""
        if epoch < self.warmup_epochs:
            return (start.unsqueeze(1) == torch.arange(q.shape[1], device=q.device)).to(q.dtype)  # one_hot reads
        share = (epoch - self.warmup_epochs) / max(1, epochs - self.warmup_epochs - 1)
        final = self.power if self.final_power is None else self.final_power
        return target_distribution(q, self.power + share * (final - self.power), self.balance)
