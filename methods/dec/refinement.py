"""Clustering: training of codes and centres towards a target; the step also runs on the meta device."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from methods.dec.autoencoder import Autoencoder
from methods.dec.objective import Target, kl_divergence, reconstruction_loss, soft_assignments
from methods.dec.training import Steps, adam, autocast, batches, finite, same_bits_on_cuda, soft_assign_all
from methods.progress import Progress, ProgressCallback


@dataclass(frozen=True)
class LossWeights:
    """Weights of the two losses during clustering."""

    reconstruction: float
    kl: float


def clustering_step(
    network: Autoencoder,
    centers: Tensor,
    optimizer: torch.optim.Optimizer,
    x: Tensor,
    p: Tensor,
    weights: LossWeights,
    precision: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """One step on weights.reconstruction · MSE + weights.kl · KL(P‖Q); `p` is the target of the samples `x`.

    This is the loss of IDEC (Guo et al. 2017, Eq. 5). Without the reconstruction it is the loss of DEC (Xie et al.
    2016, Eq. 2), and the decoder is not trained. Returns both losses, unweighted, on the device.
    """
    optimizer.zero_grad(set_to_none=True)
    with autocast(x.device, precision):
        codes = network.encode(x)
        output = network.decode(codes) if weights.reconstruction else None
    kl = kl_divergence(p, soft_assignments(codes.to(torch.float32), centers))
    if output is None:
        reconstruction = torch.zeros_like(kl)
        loss = weights.kl * kl
    else:
        reconstruction = reconstruction_loss(output, network.target(x))
        loss = weights.reconstruction * reconstruction + weights.kl * kl
    loss.backward()
    optimizer.step()
    return reconstruction.detach(), kl.detach()


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

    Returns lists with one value per epoch: the KL divergence, the reconstruction loss if its weight is not 0, and the
    share of labels that changed at the last update. The last list has one more value if the training stopped early.
    Raises TrainingDivergedError if a loss is not finite.
    """
    network.dropout.generator = generator
    trained: list[nn.Module] = [network] if weights.reconstruction else [network.encoder]
    optimizer = adam(trained, [centers.requires_grad_()], steps.lr, steps.weight_decay)
    schedule = steps.schedule(optimizer, len(X))
    names = ("reconstruction", "kl") if weights.reconstruction else ("kl",)
    history: dict[str, list[float]] = {f"cluster/{name}": [] for name in (*names, "label_change")}
    first_labels, p = labels, torch.empty(0)
    step, may_stop = 0, False
    for epoch in range(steps.epochs):
        totals = torch.zeros(2, device=X.device)
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
            losses = clustering_step(network, centers, optimizer, x, p[rows], weights, steps.precision)
            totals += torch.stack(losses) * len(rows)
            if schedule is not None:
                schedule.step()
            step += 1
            loss = history["cluster/kl"][-1] if history["cluster/kl"] else None
            progress(Progress("cluster", epoch + (batch + 1) / len(rows_of), steps.epochs, loss))
        means = dict(zip(("reconstruction", "kl"), (totals / len(X)).tolist(), strict=True))
        for name in names:
            history[f"cluster/{name}"].append(finite(means[name], name, "cluster", epoch))
        history["cluster/label_change"].append(changed)
    return history
