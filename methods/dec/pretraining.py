"""Pretraining: reconstruction, with or without a contrast of two views; both steps run on the meta device."""

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder
from methods.dec.early_stopping import EarlyStopping
from methods.dec.objective import contrastive_loss, reconstruction_loss
from methods.dec.training import Steps, adam, autocast, batches, finite, reconstruction_error, same_bits_on_cuda
from methods.progress import Progress, ProgressCallback


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


def contrastive_step(
    network: Autoencoder,
    optimizer: torch.optim.Optimizer,
    first: Tensor,
    second: Tensor,
    weight: float,
    precision: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """One step on MSE + `weight` · NT-Xent; `first` and `second`, (n, n_features), are two views of the same samples.

    The network reconstructs the first view. Returns both losses, unweighted, on the device.
    """
    optimizer.zero_grad(set_to_none=True)
    with autocast(first.device, precision):
        codes, others = network.encode(torch.cat([first, second])).split(len(first))
        output = network.decode(codes)
    reconstruction = reconstruction_loss(output, network.target(first))
    contrast = contrastive_loss(codes, others)
    (reconstruction + weight * contrast).backward()
    optimizer.step()
    return reconstruction.detach(), contrast.detach()


@same_bits_on_cuda
def pretrain(
    network: Autoencoder,
    X: Tensor,
    steps: Steps,
    *,
    contrastive_weight: float = 0.0,
    held_out: Tensor | None = None,
    patience: int | None = None,
    generator: torch.Generator,
    progress: ProgressCallback,
) -> dict[str, list[float]]:
    """Train on reconstruction. `X`, (n_samples, n_features), is on the network's device.

    With a contrastive weight, each step uses two views of every sample. With `patience`, training stops after this many
    epochs without a lower reconstruction loss of the samples in `held_out`, which are not augmented. The network then
    gets the weights with the lowest loss.

    Returns one mean loss per epoch and name. Raises TrainingDivergedError if a loss is not finite.
    """
    network.dropout.generator = generator
    optimizer = adam([network], [], steps.lr, steps.weight_decay)
    schedule = steps.schedule(optimizer, len(X))
    names = ["reconstruction", "contrast"] if contrastive_weight else ["reconstruction"]
    history: dict[str, list[float]] = {f"pretrain/{name}": [] for name in names}
    losses = history["pretrain/reconstruction"]
    stopping = None if patience is None else EarlyStopping(patience)
    if stopping is not None:
        history["pretrain/validation"] = []
    for epoch in range(steps.epochs):
        network.train()
        totals = torch.zeros(len(names), device=X.device)
        rows_of = batches(len(X), steps.batch_size, generator, X.device)
        for step, rows in enumerate(rows_of):
            x = X[rows]
            view = steps.view(x, generator)
            if contrastive_weight:
                other = steps.view(x, generator)
                both = contrastive_step(network, optimizer, view, other, contrastive_weight, steps.precision)
                totals += torch.stack(both) * len(rows)
            else:
                totals += pretraining_step(network, optimizer, view, steps.precision) * len(rows)
            if schedule is not None:
                schedule.step()
            progress(
                Progress("pretrain", epoch + (step + 1) / len(rows_of), steps.epochs, losses[-1] if losses else None)
            )
        for name, mean in zip(names, (totals / len(X)).tolist(), strict=True):
            history[f"pretrain/{name}"].append(finite(mean, name, "pretrain", epoch))
        if stopping is not None and held_out is not None:
            held_out_loss = float(reconstruction_error(network, held_out, steps.precision))
            history["pretrain/validation"].append(finite(held_out_loss, "held-out reconstruction", "pretrain", epoch))
            if stopping.is_over(network, held_out_loss):
                break
    if stopping is not None:
        stopping.restore(network)
    return history
