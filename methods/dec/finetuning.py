"""Fine-tuning of a pruned encoder: the clustering loss draws it back to the clusters of the fit."""

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder
from methods.dec.phase import Phase
from methods.dec.refinement import LossWeights, clustering_losses
from methods.dec.training import Steps
from methods.progress import ProgressCallback


class Finetuning(Phase):
    """Trains the encoder on KL(P‖Q). The centres, (n_clusters, d), stay, and so does their order.

    Unlike in a fit, P, (n_samples, n_clusters), does not follow the network: it is the target of the network that was
    fitted, because that of a pruned one may be far from it.
    """

    name, shown = "finetune", "kl"

    def __init__(
        self, network: Autoencoder, centers: Tensor, X: Tensor, p: Tensor, steps: Steps, generator: torch.Generator
    ) -> None:
        weights = {"kl": 1.0}
        super().__init__(
            network, X, steps, weights, trained=[network.encoder], others=[], n_views=1, generator=generator
        )
        self._centers, self._p = centers, p

    def losses(self, rows: Tensor, views: list[Tensor]) -> dict[str, Tensor]:
        """KL(P‖Q) of the samples."""
        p, weights = self._p.index_select(0, rows), LossWeights(0, 1)
        return clustering_losses(self.network, self._centers, views, p, None, weights, self.steps.precision)

    def train(self, progress: ProgressCallback) -> dict[str, list[float]]:
        """As in every phase; at its end the network is in evaluation mode."""
        history = super().train(progress)
        self.network.eval()
        return history
