"""Pretraining: reconstruction, with or without a contrast of two views; the step runs on the meta device, too."""

from collections.abc import Sequence

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder
from methods.dec.early_stopping import EarlyStopping
from methods.dec.inference import reconstruction_error
from methods.dec.objective import contrastive_loss, reconstruction_loss
from methods.dec.phase import Phase
from methods.dec.training import Steps, autocast, finite
from methods.progress import ProgressCallback


def pretraining_losses(network: Autoencoder, views: Sequence[Tensor], precision: torch.dtype) -> dict[str, Tensor]:
    """The mean squared error per pixel of the first view, and NT-Xent of both if there are two, on the device.

    Each view, (n, n_features), shows the same samples. The network reconstructs the first view.
    """
    first = views[0]
    with autocast(first.device, precision):
        codes, *others = network.encode_views(views)
        output = network.decode(codes)
    losses = {"reconstruction": reconstruction_loss(output, network.target(first))}
    if others:
        losses["contrast"] = contrastive_loss(codes, others[0])
    return losses


class Pretraining(Phase):
    """The pretraining of the network on reconstruction, which may end early."""

    name, shown = "pretrain", "reconstruction"

    def __init__(
        self,
        network: Autoencoder,
        X: Tensor,
        steps: Steps,
        *,
        contrastive_weight: float = 0.0,
        held_out: Tensor | None = None,
        patience: int | None = None,
        generator: torch.Generator,
    ) -> None:
        """With a contrastive weight, each step uses two views of every sample.

        With `patience`, the phase ends after this many epochs without a lower reconstruction loss of the samples in
        `held_out`, which are not augmented. The network then gets the weights with the lowest loss.
        """
        weights = {"reconstruction": 1.0}
        if contrastive_weight:
            weights["contrast"] = contrastive_weight
        n_views = len(weights)
        super().__init__(network, X, steps, weights, trained=[network], others=[], n_views=n_views, generator=generator)
        self._held_out = held_out
        self._stopping = None if patience is None else EarlyStopping(patience)
        if patience is not None:
            self.history["pretrain/validation"] = []

    def losses(self, rows: Tensor, views: list[Tensor]) -> dict[str, Tensor]:
        """Of the views."""
        return pretraining_losses(self.network, views, self.steps.precision)

    def train(self, progress: ProgressCallback) -> dict[str, list[float]]:
        """As in every phase; at its end the network has its best weights."""
        history = super().train(progress)
        if self._stopping is not None:
            self._stopping.restore(self.network)
        return history

    def after_epoch(self, epoch: int) -> bool:
        """Whether the loss of the held-out samples has not become lower for some epochs."""
        if self._stopping is None or self._held_out is None:
            return False
        loss = float(reconstruction_error(self.network, self._held_out, self.steps.precision))
        self.history["pretrain/validation"].append(finite(loss, "held-out reconstruction", self.name, epoch))
        return self._stopping.is_over(self.network, loss)
