"""Fine-tuning of a pruned encoder: the clustering loss draws it back to the clusters of the fit."""

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder
from methods.dec.refinement import LossWeights, clustering_step
from methods.dec.training import Steps, adam, batches, finite
from methods.progress import Progress, ProgressCallback


def finetune(
    network: Autoencoder,
    centers: Tensor,
    X: Tensor,
    p: Tensor,
    steps: Steps,
    generator: torch.Generator,
    progress: ProgressCallback,
) -> None:
    """Train the encoder in place on KL(P‖Q). The centres, (n_clusters, d), stay, and so does their order.

    Unlike in a fit, `p`, (n_samples, n_clusters), does not follow the network: it is the target of the network that was
    fitted, because that of a pruned one may be far from it. The network is in evaluation mode at the end. Raises
    TrainingDivergedError if the loss is not finite.
    """
    network.dropout.generator = generator
    optimizer = adam([network.encoder], [], steps.lr, steps.weight_decay)
    schedule = steps.schedule(optimizer, len(X))
    network.train()
    for epoch in range(steps.epochs):
        total = torch.zeros(())
        rows_of = batches(len(X), steps.batch_size, generator, X.device)
        for batch, rows in enumerate(rows_of):
            (kl,) = clustering_step(network, centers, optimizer, X[rows], p[rows], LossWeights(0, 1), steps.precision)
            total += kl * len(rows)
            if schedule is not None:
                schedule.step()
            progress(Progress("finetune", epoch + (batch + 1) / len(rows_of), steps.epochs))
        finite(float(total) / len(X), "kl", "finetune", epoch)
    network.eval()
    network.dropout.generator = None  # it cannot be copied
