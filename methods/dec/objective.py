"""What DEC minimises: soft assignments, their target, and the two losses, one equation each."""

import torch
from torch import Tensor
from torch.nn import functional


def soft_assignments(codes: Tensor, centers: Tensor) -> Tensor:
    """Student-t similarity of codes to centres, one degree of freedom (Xie et al. 2016, Eq. 1).

    q_ij ∝ 1 / (1 + ‖z_i − μ_j‖²). `codes` is (n_samples, d), `centers` (n_clusters, d), the result
    (n_samples, n_clusters) with rows that sum to 1.

    >>> soft_assignments(torch.tensor([[0.0]]), torch.tensor([[1.0], [3.0]]))
    tensor([[0.8333, 0.1667]])
    """
    similarity = 1 / (1 + (codes.unsqueeze(1) - centers).square().sum(-1))
    return similarity / similarity.sum(1, keepdim=True)


def target_distribution(q: Tensor) -> Tensor:
    """Sharpen soft assignments: p_ij ∝ q_ij² / Σ_i q_ij (Xie et al. 2016, Eq. 3).

    `q` and the result have shape (n_samples, n_clusters); rows sum to 1. The sum over i runs over the whole data set:
    a minibatch gives a different p.

    >>> target_distribution(torch.tensor([[.5, .5], [0., 1.]]))
    tensor([[0.7500, 0.2500],
            [0.0000, 1.0000]])
    """
    weight = q.square() / q.sum(0)
    return weight / weight.sum(1, keepdim=True)


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    """KL(P‖Q) in nats, the mean over samples of Σ_j p_ij log(p_ij / q_ij) (Xie et al. 2016, Eq. 2, divided by n).

    >>> kl_divergence(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.5, 0.5]]))
    tensor(0.6931)
    """
    return functional.kl_div(q.log(), p, reduction="batchmean")


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """Mean squared error per pixel, over all samples and pixels, in float32."""
    return functional.mse_loss(output.to(torch.float32), target.to(torch.float32))
