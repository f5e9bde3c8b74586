"""Early stopping: pretraining ends when the reconstruction of held-out samples no longer improves."""

import math

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder


class EarlyStopping:
    """Keeps the weights of the epoch with the lowest loss on held-out samples (Prechelt 1998, "Early stopping")."""

    def __init__(self, patience: int) -> None:
        """`patience`: number of consecutive epochs without a lower loss after which training ends."""
        self.patience = patience
        self._best_loss = math.inf
        self._best_weights: dict[str, Tensor] = {}
        self._epochs_without_progress = 0

    def is_over(self, network: Autoencoder, loss: float) -> bool:
        """Whether training ends after this epoch, in which `loss` is the loss of the held-out samples."""
        if loss < self._best_loss:
            self._best_loss, self._epochs_without_progress = loss, 0
            self._best_weights = {name: weight.clone() for name, weight in network.state_dict().items()}
        else:
            self._epochs_without_progress += 1
        return self._epochs_without_progress >= self.patience

    def restore(self, network: Autoencoder) -> None:
        """Set the best weights. Without an epoch, the weights do not change."""
        if self._best_weights:
            network.load_state_dict(self._best_weights)


def hold_out(n_samples: int, fraction: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Random row numbers to train on, and to hold out: at least one of each.

    Raises ValueError if there are too few samples.
    """
    n_held_out = max(1, round(n_samples * fraction))
    if n_samples - n_held_out < 1:
        raise ValueError(f"n_samples={n_samples} leaves no sample to train on, with validation_fraction={fraction}.")
    rows = torch.randperm(n_samples, generator=generator)
    return rows[n_held_out:], rows[:n_held_out]
