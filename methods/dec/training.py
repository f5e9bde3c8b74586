"""The training loops: pretraining on reconstruction, then clustering; each step also runs on the meta device."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
import torch._dynamo  # a second of loading, which the first optimizer would do inside a fit that is timed
from torch import Tensor, nn

from methods.base import Progress
from methods.dec.autoencoder import Autoencoder
from methods.dec.early_stopping import EarlyStopping
from methods.dec.objective import kl_divergence, reconstruction_loss, soft_assignments, target_distribution

INFERENCE_BATCH = 512


same_bits_on_cuda = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True)
"""Decorator: cuDNN may choose no kernel by timing it, nor one whose sums come in an order that varies."""


class TrainingDivergedError(FloatingPointError):
    """A loss is no longer finite."""


def autocast(device: torch.device, precision: torch.dtype) -> AbstractContextManager[None]:
    """Run the networks in `precision`; the losses and the clustering layer are float32 always."""
    return nullcontext() if precision == torch.float32 else torch.autocast(device.type, dtype=precision)


def adam(modules: list[nn.Module], others: list[Tensor], lr: float, weight_decay: float) -> torch.optim.Adam:
    """Adam (Kingma & Ba 2015) with an L2 penalty on the weights of convolutions and dense layers alone.

    Biases, batch norms and `others` (cluster centres) are not penalised.
    """
    parameters = [parameter for module in modules for parameter in module.parameters()]
    weights = [parameter for parameter in parameters if parameter.dim() > 1]
    free = [parameter for parameter in parameters if parameter.dim() <= 1] + others
    fused = parameters[0].device.type in ("cpu", "cuda", "mps")
    groups = [{"params": weights, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.Adam(groups, lr=lr, fused=fused)


def pretraining_step(
    network: Autoencoder, optimizer: torch.optim.Optimizer, x: Tensor, precision: torch.dtype
) -> Tensor:
    """One step on the mean squared error per pixel of `x`, (n, n_features). Returns the loss, on the device."""
    optimizer.zero_grad(set_to_none=True)
    with autocast(x.device, precision):
        output = network(x)
    loss = reconstruction_loss(output, network.target(x))
    loss.backward()
    optimizer.step()
    return loss.detach()


def clustering_step(
    network: Autoencoder,
    centers: Tensor,
    optimizer: torch.optim.Optimizer,
    x: Tensor,
    p: Tensor,
    weights: "LossWeights",
    precision: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """One step on reconstruction_weight · MSE + kl_weight · KL(P‖Q); `p` is the target of the rows of `x`.

    This sum of two losses is IDEC's (Guo et al. 2017, Eq. 5); without the reconstruction it is DEC's (Xie et al. 2016,
    Eq. 2), and the decoder is not touched. Returns both losses, unweighted, on the device.
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


@dataclass(frozen=True)
class LossWeights:
    """Weights of the two losses while clustering."""

    reconstruction: float
    kl: float


def batches(n_samples: int, batch_size: int, generator: torch.Generator, device: torch.device) -> list[Tensor]:
    """One epoch of row numbers in random order, on the device, in batches; the last may be smaller.

    A last batch of one sample joins the one before it, since batch norm has no variance of one value.
    """
    rows = list(torch.randperm(n_samples, generator=generator, device=device).split(batch_size))
    if len(rows) > 1 and len(rows[-1]) == 1:
        rows[-2:] = [torch.cat(rows[-2:])]
    return rows


@same_bits_on_cuda
def pretrain(
    network: Autoencoder,
    X: Tensor,
    *,
    held_out: Tensor | None = None,
    patience: int | None = None,
    epochs: int,
    batch_size: int,
    lr: float,
    weight_decay: float,
    precision: torch.dtype,
    generator: torch.Generator,
    progress: Progress,
) -> dict[str, list[float]]:
    """Train on reconstruction alone. `X`, (n_samples, n_features), is on the network's device.

    With `patience`, training stops after so many epochs without a lower loss of the samples in `held_out`, and the
    network ends with the weights that had the lowest.

    Returns one mean loss per epoch, and one of the samples held out. Raises TrainingDivergedError if one is not finite.
    """
    network.dropout.generator = generator
    optimizer = adam([network], [], lr, weight_decay)
    losses: list[float] = []
    held_out_losses: list[float] = []
    stopping = None if patience is None else EarlyStopping(patience)
    for epoch in range(epochs):
        network.train()
        total = torch.zeros((), device=X.device)
        rows_of = batches(len(X), batch_size, generator, X.device)
        for step, rows in enumerate(rows_of):
            total += pretraining_step(network, optimizer, X[rows], precision) * len(rows)
            progress("pretrain", epoch + (step + 1) / len(rows_of), epochs, losses[-1] if losses else None)
        losses.append(_finite(float(total / len(X)), "reconstruction", "pretrain", epoch))
        if stopping is not None and held_out is not None:
            loss = float(reconstruction_error(network, held_out, precision))
            held_out_losses.append(_finite(loss, "held-out reconstruction", "pretrain", epoch))
            if stopping.is_over(network, loss):
                break
    if stopping is None:
        return {"pretrain/reconstruction": losses}
    stopping.restore(network)
    return {"pretrain/reconstruction": losses, "pretrain/validation": held_out_losses}


@same_bits_on_cuda
def refine(
    network: Autoencoder,
    centers: Tensor,
    labels: Tensor,
    X: Tensor,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    weight_decay: float,
    weights: LossWeights,
    update_interval: int | None,
    tol: float,
    precision: torch.dtype,
    generator: torch.Generator,
    progress: Progress,
) -> dict[str, list[float]]:
    """Train network and `centers`, (n_clusters, d), in place, towards a target P that the whole data set gives.

    P is computed every `update_interval` steps, None being an epoch; training stops when fewer than `tol` of the labels
    changed since the update before. `labels`, (n_samples,), are those of the start. Returns one value per epoch of both
    losses and of the share of labels that changed. Raises TrainingDivergedError if a loss is not finite.
    """
    network.dropout.generator = generator
    trained: list[nn.Module] = [network] if weights.reconstruction else [network.encoder]
    optimizer = adam(trained, [centers.requires_grad_()], lr, weight_decay)
    history: dict[str, list[float]] = {f"cluster/{name}": [] for name in ("reconstruction", "kl", "label_change")}
    p = torch.empty(0)
    step = 0
    for epoch in range(epochs):
        totals = torch.zeros(2, device=X.device)
        rows_of = batches(len(X), batch_size, generator, X.device)
        for batch, rows in enumerate(rows_of):
            if step % (update_interval or len(rows_of)) == 0:
                q = soft_assign_all(network, centers, X, precision)
                p = target_distribution(q)
                changed = float((q.argmax(1) != labels).float().mean())
                labels = q.argmax(1)
                if step > 0 and changed < tol:
                    history["cluster/label_change"].append(changed)
                    return history
                network.train()
            losses = clustering_step(network, centers, optimizer, X[rows], p[rows], weights, precision)
            totals += torch.stack(losses) * len(rows)
            step += 1
            loss = history["cluster/kl"][-1] if history["cluster/kl"] else None
            progress("cluster", epoch + (batch + 1) / len(rows_of), epochs, loss)
        for name, mean in zip(("reconstruction", "kl"), (totals / len(X)).tolist(), strict=True):
            history[f"cluster/{name}"].append(_finite(mean, name, "cluster", epoch))
        history["cluster/label_change"].append(changed)
    return history


@torch.no_grad()
def in_batches(function: Callable[[Tensor], Tensor], X: Tensor) -> Tensor:
    """`function` of all rows of `X`, always on INFERENCE_BATCH rows, the last ones padded with zeros.

    Batches of one size make a row's result independent, to the bit, of the rows that come with it.
    """
    result = X.new_empty(0)
    for start in range(0, len(X), INFERENCE_BATCH):
        rows = X[start : start + INFERENCE_BATCH]
        padded = torch.cat([rows, rows.new_zeros(INFERENCE_BATCH - len(rows), *rows.shape[1:])])
        part = function(padded)
        if start == 0:  # made at once: small results between large activations would keep those from being reused
            result = part.new_empty(len(X), *part.shape[1:])
        result[start : start + len(rows)] = part[: len(rows)]
    return result


def reconstruction_error(network: Autoencoder, X: Tensor, precision: torch.dtype) -> Tensor:
    """Mean squared error per pixel of all samples in evaluation mode, on the device."""
    network.eval()

    def errors(x: Tensor) -> Tensor:
        difference: Tensor = network(x).to(torch.float32) - network.target(x)
        return difference.square().mean(1)

    with autocast(X.device, precision):
        return in_batches(errors, X).mean()


def encode_all(network: Autoencoder, X: Tensor, precision: torch.dtype = torch.float32) -> Tensor:
    """Codes of all samples in evaluation mode, (n_samples, d) float32."""
    network.eval()
    with autocast(X.device, precision):
        return in_batches(lambda x: network.encode(x).to(torch.float32), X)


def soft_assign_all(network: Autoencoder, centers: Tensor, X: Tensor, precision: torch.dtype) -> Tensor:
    """Soft assignments of all samples in evaluation mode, (n_samples, n_clusters) float32."""
    return in_batches(lambda codes: soft_assignments(codes, centers), encode_all(network, X, precision))


def _finite(loss: float, name: str, phase: str, epoch: int) -> float:
    if not math.isfinite(loss):
        raise TrainingDivergedError(f"{name} loss is {loss} in epoch {epoch + 1} of phase '{phase}'; try a lower lr.")
    return loss
