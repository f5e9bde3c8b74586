"""Clustering: training of codes and centres towards a target; the step runs on the meta device, too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder
from methods.dec.inference import soft_assign_all
from methods.dec.objective import (
    Target,
    contrastive_loss,
    kl_divergence,
    reconstruction_loss,
    soft_assignments,
    triplet_loss,
)
from methods.dec.phase import Phase
from methods.dec.training import Steps, autocast


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
    def by_name(self) -> dict[str, float]:
        """The weight of each loss that is computed, in the order of `clustering_losses`."""
        names = [
            name for name in ("reconstruction", "kl", "contrast", "triplet") if name == "kl" or getattr(self, name)
        ]
        return {name: getattr(self, name) for name in names}

    @property
    def of_pairs(self) -> bool:
        """Whether a loss needs a second view of the samples."""
        return self.contrast > 0 or self.triplet > 0


def clustering_losses(
    network: Autoencoder,
    centers: Tensor,
    views: Sequence[Tensor],
    p: Tensor,
    labels: Tensor | None,
    weights: LossWeights,
    precision: torch.dtype,
) -> dict[str, Tensor]:
    """MSE and KL(P‖Q) of the first view, and with two views NT-Xent and the triplet loss; each unweighted.

    weights.reconstruction · MSE + weights.kl · KL(P‖Q) is the loss of IDEC (Guo et al. 2017, Eq. 5). Without the
    reconstruction it is the loss of DEC (Xie et al. 2016, Eq. 2), and the decoder is not used. Each view,
    (n, n_features), shows the same samples; `p`, (n, n_clusters), is their target, and `labels`, (n,), are their
    clusters at the last update of P, for the triplet loss. A loss with the weight 0 is left out, except for KL(P‖Q).
    """
    first = views[0]
    with autocast(first.device, precision):
        codes, *others = network.encode_views(views)
        output = network.decode(codes) if weights.reconstruction else None
    losses = {} if output is None else {"reconstruction": reconstruction_loss(output, network.target(first))}
    losses["kl"] = kl_divergence(p, soft_assignments(codes.to(torch.float32), centers))
    if others and weights.contrast:
        losses["contrast"] = contrastive_loss(codes, others[0])
    if others and labels is not None and weights.triplet:
        losses["triplet"] = triplet_loss(codes, others[0], labels, weights.margin)
    return losses


class Refinement(Phase):
    """The clustering phase: network and centres learn towards a target P, which depends on the whole data set.

    If a loss compares two views, each step has two of every sample; the clusters of a triplet are those of the last
    update of P. The history has the losses of `LossWeights.by_name` and the share of labels that changed at the last
    update. This list has one more value if the phase ended early.
    """

    name, shown = "cluster", "kl"

    def __init__(
        self,
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
        keep: Callable[[Tensor], None] | None = None,
    ) -> None:
        """`labels`, (n_samples,), are the first labels; `centers`, (n_clusters, d), are trained in place.

        The warm-up does not learn from a sample with the label −1.

        P is updated every `update_interval` steps (None: every epoch) and at the end of the target's warm-up. It is
        computed from the original samples; the network may be trained on augmented samples (Guo et al. 2018, section
        3.2). `keep` gets the labels of each update. With a constant learning rate, the phase ends if a share of labels
        smaller than `tol` changed between two updates after the warm-up.
        """
        super().__init__(
            network,
            X,
            steps,
            weights.by_name,
            trained=[network] if weights.reconstruction else [network.encoder],
            others=[centers.requires_grad_()],
            n_views=2 if weights.of_pairs else 1,
            generator=generator,
        )
        self.history["cluster/label_change"] = []
        self._centers, self._weights, self._target, self._tol, self._keep = centers, weights, target, tol, keep
        self._interval = update_interval or len(self.sizes)
        self._first_labels, self._labels = labels, labels.clone()
        self._p = X.new_zeros(len(X), len(centers))
        self._changed, self._may_stop = 0.0, False

    def losses(self, rows: Tensor, views: list[Tensor]) -> dict[str, Tensor]:
        """Of the views, with P and the labels of the last update."""
        p, labels = self._p.index_select(0, rows), self._labels.index_select(0, rows)
        return clustering_losses(self.network, self._centers, views, p, labels, self._weights, self.steps.precision)

    def before_step(self, epoch: int, number: int) -> bool:
        """Update P where it is due. Whether so few labels have changed that the phase is over."""
        warmed_up = number == 0 and epoch == self._target.warmup_epochs
        if (epoch * len(self.sizes) + number) % self._interval and not warmed_up:
            return False
        q = soft_assign_all(self.network, self._centers, self.X, self.steps.precision)
        self._p.copy_(self._target(q, self._first_labels, epoch, self.steps.epochs))
        labels = q.argmax(1)
        self._changed = float(((labels != self._labels) & (self._labels >= 0)).float().mean())
        self._labels.copy_(labels)
        if self._keep is not None:
            self._keep(labels)
        if self._may_stop and self._changed < self._tol:
            self.history["cluster/label_change"].append(self._changed)
            return True
        self._may_stop = epoch >= self._target.warmup_epochs and self.steps.lr_schedule == "constant"
        self.network.train()
        return False

    def after_epoch(self, epoch: int) -> bool:
        """False: only `before_step` ends the phase."""
        self.history["cluster/label_change"].append(self._changed)
        return False
