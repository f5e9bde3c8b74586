"""Clustering: training of codes and centres towards a target; the step also runs on the meta device."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from methods.dec.autoencoder import Autoencoder
from methods.dec.objective import (
    Target,
    contrastive_loss,
    kl_divergence,
    reconstruction_loss,
    soft_assignments,
    triplet_loss,
)
from methods.dec.training import Steps, adam, autocast, batches, finite, same_bits_on_cuda, soft_assign_all
from methods.progress import Progress, ProgressCallback


@dataclass(frozen=True)
class LossWeights:
    """Weights of the losses during clustering. A loss with the weight 0 is not computed, except for KL(P‖Q)."""

    reconstruction: float
    kl: float
    contrast: float = 0.0
    triplet: float = 0.0
    margin: float = 0.2
    """Margin of the triplet loss."""

    @property
    def names(self) -> tuple[str, ...]:
        """The losses that are computed, in the order of the results of `clustering_step`."""
        return tuple(
            name for name in ("reconstruction", "kl", "contrast", "triplet") if name == "kl" or getattr(self, name)
        )

    @property
    def of_pairs(self) -> bool:
        """Whether a loss needs a second view of the samples."""
        return self.contrast > 0 or self.triplet > 0


@dataclass(frozen=True)
class Second:
    """The second view of the samples of a step, for the losses that compare two views."""

    view: Tensor
    """(n, n_features), another view of the same samples."""
    labels: Tensor
    """(n,), the clusters of the samples at the last update of P."""


def clustering_step(
    network: Autoencoder,
    centers: Tensor,
    optimizer: torch.optim.Optimizer,
    x: Tensor,
    p: Tensor,
    weights: LossWeights,
    precision: torch.dtype,
    second: Second | None = None,
) -> tuple[Tensor, ...]:
    """One step on weights.reconstruction · MSE + weights.kl · KL(P‖Q); `p` is the target of the samples `x`.

    This is the loss of IDEC (Guo et al. 2017, Eq. 5). Without the reconstruction it is the loss of DEC (Xie et al.
    2016, Eq. 2), and the decoder is not trained. With a `second` view, the network encodes both views, and
    weights.contrast · NT-Xent + weights.triplet · the triplet loss of both are added; MSE and KL(P‖Q) stay those of
    `x`, the first view. Returns the losses of `weights.names`, unweighted, on the device.
    """
    optimizer.zero_grad(set_to_none=True)
    with autocast(x.device, precision):
        encoded = network.encode(x if second is None else torch.cat([x, second.view]))
        codes = encoded[: len(x)]
        output = network.decode(codes) if weights.reconstruction else None
    losses = {} if output is None else {"reconstruction": reconstruction_loss(output, network.target(x))}
    losses["kl"] = kl_divergence(p, soft_assignments(codes.to(torch.float32), centers))
    if second is not None and weights.contrast:
        losses["contrast"] = contrastive_loss(codes, encoded[len(x) :])
    if second is not None and weights.triplet:
        losses["triplet"] = triplet_loss(codes, encoded[len(x) :], second.labels, weights.margin)
    total, *others = (getattr(weights, name) * loss for name, loss in losses.items())
    for other in others:
        total = total + other
    total.backward()
    optimizer.step()
    return tuple(loss.detach() for loss in losses.values())


@same_bits_on_cuda
def refine(
    network: Autoencoder,
    centers: Tensor,
    labels: Tensor,
    X: Tensor,
    steps: Steps,
    *,
    weights: LossWeights,
    target: Target,
    update_interval: int | None,
    tol: float,
    generator: torch.Generator,
    progress: ProgressCallback,
    keep: Callable[[Tensor], None] | None = None,
) -> dict[str, list[float]]:
    """Train network and `centers`, (n_clusters, d), in place, towards a target P that depends on the whole data set.

    P is updated every `update_interval` steps (None: every epoch) and at the end of the target's warm-up. It is
    computed from the original samples; the network may be trained on augmented samples (Guo et al. 2018, section 3.2).
    `labels`, (n_samples,), are the first labels; `keep` gets the labels of each update. With a constant learning rate,
    training stops if a share of labels smaller than `tol` changed between two updates after the warm-up.

    If `weights` has a loss of pairs, each step uses two views of every sample; the clusters of a triplet are those of
    the last update of P.

    Returns lists with one value per epoch: the losses of `weights.names` and the share of labels that changed at the
    last update. The last list has one more value if the training stopped early.
    Raises TrainingDivergedError if a loss is not finite.
    """
    network.dropout.generator = generator
    trained: list[nn.Module] = [network] if weights.reconstruction else [network.encoder]
    optimizer = adam(trained, [centers.requires_grad_()], steps.lr, steps.weight_decay)
    schedule = steps.schedule(optimizer, len(X))
    history: dict[str, list[float]] = {f"cluster/{name}": [] for name in (*weights.names, "label_change")}
    first_labels, p = labels, torch.empty(0)
    step, may_stop = 0, False
    for epoch in range(steps.epochs):
        totals = torch.zeros(len(weights.names), device=X.device)
        rows_of = batches(len(X), steps.batch_size, generator, X.device)
        for batch, rows in enumerate(rows_of):
            warmed_up = batch == 0 and epoch == target.warmup_epochs
            if step % (update_interval or len(rows_of)) == 0 or warmed_up:
                q = soft_assign_all(network, centers, X, steps.precision)
                p = target(q, first_labels, epoch, steps.epochs)
                previous, labels = labels, q.argmax(1)
                changed = float((labels != previous).float().mean())
                if keep is not None:
                    keep(labels)
                if may_stop and changed < tol:
                    history["cluster/label_change"].append(changed)
                    return history
                may_stop = epoch >= target.warmup_epochs and steps.lr_schedule == "constant"
                network.train()
            x = steps.view(X[rows], generator)
            second = Second(steps.view(X[rows], generator), labels[rows]) if weights.of_pairs else None
            losses = clustering_step(network, centers, optimizer, x, p[rows], weights, steps.precision, second)
            totals += torch.stack(losses) * len(rows)
            if schedule is not None:
                schedule.step()
            step += 1
            loss = history["cluster/kl"][-1] if history["cluster/kl"] else None
            progress(Progress("cluster", epoch + (batch + 1) / len(rows_of), steps.epochs, loss))
        for name, mean in zip(weights.names, (totals / len(X)).tolist(), strict=True):
            history[f"cluster/{name}"].append(finite(mean, name, "cluster", epoch))
        history["cluster/label_change"].append(changed)
    return history
