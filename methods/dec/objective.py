"""The objective of DEC: soft assignments, their target and the losses, one equation each."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

SINKHORN_ITERATIONS = 100
"""Of `equal_size_distribution`: with fewer, sharp and very unequal clusters still have unequal totals."""


def soft_assignments(codes: Tensor, centers: Tensor) -> Tensor:
    """Student-t similarity of codes to centres, one degree of freedom (Xie et al. 2016, Eq. 1).

    q_ij ∝ 1 / (1 + ‖z_i − μ_j‖²). `codes` is (n_samples, d), `centers` (n_clusters, d), the result
    (n_samples, n_clusters) with rows that sum to 1.

    >>> soft_assignments(torch.tensor([[0.0]]), torch.tensor([[1.0], [3.0]]))
    tensor([[0.8333, 0.1667]])
    """
    similarity = 1 / (1 + (codes.unsqueeze(1) - centers).square().sum(-1))
    return similarity / similarity.sum(1, keepdim=True)


def target_distribution(q: Tensor, power: float = 2.0, balance: bool = True) -> Tensor:
    """Sharpen soft assignments: p_ij ∝ q_ij² / Σ_i q_ij (Xie et al. 2016, Eq. 3).

    `q` and the result have shape (n_samples, n_clusters); rows sum to 1. The sum over i runs over the whole data set:
    a minibatch gives a different p. A `power` other than 2 sharpens more or less. Without `balance`, p is not divided
    by the sizes of the clusters; the paper divides, so that large clusters do not grow.

    >>> target_distribution(torch.tensor([[.5, .5], [0., 1.]]))
    tensor([[0.7500, 0.2500],
            [0.0000, 1.0000]])
    """
    weight = q.pow(power)
    if balance:
        weight = weight / q.sum(0)
    return weight / weight.sum(1, keepdim=True)


def equal_size_distribution(q: Tensor, power: float = 2.0) -> Tensor:
    """Sharpen soft assignments so that every cluster has the same total: p_ij ∝ v_j q_ij^power with Σ_i p_ij = n / k.

    This assumes clusters of equal size. If the true ones are not, P moves samples to the wrong clusters. `q` and the
    result have shape (n_samples, n_clusters); rows sum to 1. The weights v come from `SINKHORN_ITERATIONS` iterations
    of Sinkhorn and Knopp on logarithms (Asano et al. 2020; Caron et al. 2020, SwAV, have three iterations). Then the
    totals are almost equal. The larger the power and the less equal the clusters, the more iterations this takes.

    >>> equal_size_distribution(torch.tensor([[.9, .1], [.5, .5]]))
    tensor([[0.9000, 0.1000],
            [0.1000, 0.9000]])
    """
    smallest = torch.finfo(q.dtype).tiny
    logarithms = power * q.clamp_min(smallest).log()
    v = q.new_zeros(q.shape[1])
    for _ in range(SINKHORN_ITERATIONS):
        shares = (logarithms + v).softmax(1).mean(0)
        v = v - (shares * len(v)).clamp_min(smallest).log()
    return (logarithms + v).softmax(1)


def neighbourhood_means(q: Tensor, neighbors: Tensor) -> Tensor:
    """The mean soft assignment of each sample and its neighbours, (n_samples, n_clusters); rows sum to 1.

    `q`: (n_samples, n_clusters). `neighbors`: (n_samples, m), integers, the numbers of the m neighbours of each sample.
    That neighbours share a cluster is the idea of SCAN (Van Gansbeke et al. 2020) and TEMI (Adaloglou et al. 2023).
    Their losses compare the outputs for two neighbours; here, neighbours only change P.

    >>> neighbourhood_means(torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]), torch.tensor([[1], [0], [1]]))
    tensor([[0.7500, 0.2500],
            [0.7500, 0.2500],
            [0.2500, 0.7500]])
    """
    total = q
    for column in neighbors.unbind(1):  # all columns at once would be m times as large as q
        total = total + q.index_select(0, column)
    return total / (1 + neighbors.shape[1])


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
    """Number of epochs at the start in which P is 1 for the first cluster of a sample and does not depend on Q."""
    neighbors: Tensor | None = None
    """(n_samples, m): the neighbours of each sample, whose mean soft assignments replace Q; None: P of Q itself."""
    equal_sizes: bool = False
    """Whether P has the same total for each cluster instead of the division by their sizes."""

    def __call__(self, q: Tensor, first_labels: Tensor, epoch: int, epochs: int) -> Tensor:
        """P, (n_samples, n_clusters), in `epoch` of `epochs`; `q` and `first_labels`, (n_samples,), of all samples.

        In the warm-up, P is 0 for a sample with the label −1, so it adds nothing to KL(P‖Q).
        """
        if epoch < self.warmup_epochs:
            # one_hot would wait for the GPU
            return (first_labels.unsqueeze(1) == torch.arange(q.shape[1], device=q.device)).to(q.dtype)
        share = (epoch - self.warmup_epochs) / max(1, epochs - self.warmup_epochs - 1)
        final = self.power if self.final_power is None else self.final_power
        if self.neighbors is not None:
            q = neighbourhood_means(q, self.neighbors)
        power = self.power + share * (final - self.power)
        return equal_size_distribution(q, power) if self.equal_sizes else target_distribution(q, power, self.balance)


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    """KL(P‖Q) in nats, the mean over samples of Σ_j p_ij log(p_ij / q_ij) (Xie et al. 2016, Eq. 2, divided by n).

    >>> kl_divergence(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.5, 0.5]]))
    tensor(0.6931)
    """
    return functional.kl_div(q.log(), p, reduction="batchmean")


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """Mean squared error per pixel, over all samples and pixels, in float32."""
    return functional.mse_loss(output.to(torch.float32), target.to(torch.float32))


def contrastive_loss(first: Tensor, second: Tensor, temperature: float = 0.5) -> Tensor:
    """NT-Xent, which is low if each code is most similar to the code of the other view (Chen et al. 2020, Eq. 1).

    `first` and `second`, (n, d), are the codes of two views of the same n images. Only their angles matter. Unlike in
    the paper, there is no projection head. The result is the mean of the 2n cross entropies, in nats.

    >>> apart = torch.eye(2)
    >>> bool(contrastive_loss(apart, apart) < contrastive_loss(apart, apart.flip(0)))
    True
    """
    codes = functional.normalize(torch.cat([first, second]).to(torch.float32))
    itself = torch.eye(len(codes), dtype=torch.bool, device=codes.device)
    similarity = (codes @ codes.T / temperature).masked_fill(itself, -torch.inf)
    other = torch.arange(len(codes), device=codes.device).roll(len(first))
    return functional.cross_entropy(similarity, other)


def triplet_loss(anchors: Tensor, positives: Tensor, labels: Tensor, margin: float = 0.2) -> Tensor:
    """Triplet loss with semi-hard negatives, which are chosen without true labels (Schroff et al. 2015, Eq. 3).

    L = 1/n Σ_i max(0, d(a_i, p_i) − d(a_i, a_n(i)) + margin), with d the squared distance of codes of length 1, 0 to 4.
    `anchors` and `positives`, (n, d), are the codes of two views of the same n images; only their angles matter.
    The negative n(i) is the nearest a_j of another cluster that is farther than the positive:
    n(i) = argmin_j d(a_i, a_j) over all j with labels_j ≠ labels_i and d(a_i, a_j) > d(a_i, p_i). So a nearer sample,
    which is perhaps only in the wrong cluster, is not pushed away, as section 3.2 of the paper recommends. An anchor
    without such a j adds 0 to the sum. `labels`, (n,), are the clusters that the method itself has found.

    Each positive has the distance 0, and the only image of another cluster has the distance 2:

    >>> codes, clusters = torch.eye(2), torch.tensor([0, 1])
    >>> triplet_loss(codes, codes, clusters, margin=3.0)
    tensor(1.)
    >>> triplet_loss(codes, codes, torch.tensor([1, 1]), margin=3.0)
    tensor(0.)
    """
    a = functional.normalize(anchors.to(torch.float32))
    p = functional.normalize(positives.to(torch.float32))
    to_positive = 2 - 2 * (a * p).sum(1)
    to_others = 2 - 2 * (a @ a.T)
    semi_hard = (labels.unsqueeze(1) != labels) & (to_others > to_positive.unsqueeze(1))
    to_negative = to_others.masked_fill(~semi_hard, torch.inf).amin(1)
    return functional.relu(to_positive - to_negative + margin).mean()
