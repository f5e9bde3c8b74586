"""Training an autoencoder and clustering with it: our code beside a plain loop and beside ClustPy."""

import torch
from contenders.data import pixels
from contenders.plain_network import plain_network
from contest import Run, Scale
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bench.machine.allocator import keep_freed_memory
from methods.dec.autoencoder import Autoencoder
from methods.dec.estimator import DEC
from methods.dec.latent import generator
from methods.dec.presets import PRESETS
from methods.dec.pretraining import Pretraining
from methods.dec.training import Steps
from methods.device import choose_precision
from methods.progress import no_progress

EPOCHS, BATCH, RATE, DECAY = 5, 256, 1e-3, 1e-4
CPU = torch.device("cpu")


def autoencoder() -> Autoencoder:
    preset = PRESETS["sha12"]
    network = Autoencoder(preset, preset.latent_dim, (28, 28, 1), preset.training.dropout)
    network.initialise(generator(0, "initialise"))
    return network


def our_autoencoder(scale: Scale) -> Run:
    keep_freed_memory()
    X = torch.from_numpy(pixels(scale, 10_240, 512))

    def run():
        steps = Steps(EPOCHS, BATCH, RATE, DECAY, choose_precision(CPU))
        history = Pretraining(autoencoder(), X, steps, generator=generator(0, "pretrain")).train(no_progress)
        loss = history["pretrain/reconstruction"][-1]
        return lambda: {"images": len(X), "epochs": EPOCHS, "loss": loss}

    return run


def plain_autoencoder(scale: Scale) -> Run:
    """DataLoader, float32, NCHW; it starts from the same weights as our autoencoder."""
    X = torch.from_numpy(pixels(scale, 10_240, 512)).view(-1, 1, 28, 28)
    loader = DataLoader(TensorDataset(X), batch_size=BATCH, shuffle=True, generator=torch.Generator().manual_seed(0))

    def run():
        network = plain_network()
        with torch.no_grad():
            for ours, theirs in zip(autoencoder().parameters(), network.parameters(), strict=True):
                theirs.copy_(ours)
        optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=DECAY)
        for _ in range(EPOCHS):
            total = 0.0
            for (x,) in loader:
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(network(x), x)
                loss.backward()
                optimizer.step()
                total += loss.item() * len(x)
        return lambda: {"images": len(X), "epochs": EPOCHS, "loss": total / len(X)}

    return run


def our_idec(scale: Scale) -> Run:
    keep_freed_memory()
    X = pixels(scale, 20_000, 512)
    epochs = scale.pick(5, 1)

    def run():
        dec = DEC(
            preset="mlp",
            pretrain_epochs=epochs,
            epochs=epochs,
            kl_weight=0.1,
            tol=0.0,
            n_init=20,
            device="cpu",
            random_state=0,
        )
        dec.fit(X)
        return lambda: {
            "reconstruction at the end": float(((dec._decode(dec.embedding_) - X) ** 2).mean()),
            "epochs": dec.n_iter_,
            "clusters": len(dec.cluster_centers_),
        }

    return run


def clustpys_idec(scale: Scale) -> Run:
    """ClustPy 0.0.3: 784-500-500-2000-10, batches of 256, Adam at 1e-3 and then 1e-4, its defaults."""
    for name in ("nms", "qnms"):  # torchvision, which ClustPy's data sets need, expects these operators
        torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from clustpy.deep import IDEC

    X = pixels(scale, 20_000, 512)
    epochs = scale.pick(5, 1)

    def run():
        idec = IDEC(10, batch_size=256, pretrain_epochs=epochs, clustering_epochs=epochs, random_state=0)
        idec.fit(X)
        autoencoder = idec.neural_network_trained_
        return lambda: {
            "reconstruction at the end": float(((autoencoder(torch.from_numpy(X)) - torch.from_numpy(X)) ** 2).mean()),
            "epochs": 2 * epochs,
            "clusters": len(idec.cluster_centers_),
        }

    return run
