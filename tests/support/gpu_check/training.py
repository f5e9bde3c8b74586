"""Rates of training the autoencoder of sha12: ours, a plain PyTorch loop and a tuned one, in turns."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import torch
from contenders.plain_network import plain_network
from gpu_check import images
from gpu_check.clock import kernels, seconds
from gpu_check.facts import kernels_of
from gpu_check.goals import PLAIN, PRETRAINING, TUNED
from gpu_check.machine import Check
from gpu_check.step_work import autocast, step_work
from gpu_check.turns import OURS
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from methods import DEC
from methods.progress import Progress

BATCH, RATE, DECAY = 256, 1e-3, 1e-4
EPOCHS = {OURS: 10, PLAIN: 1, TUNED: 3}
"""Epochs of one turn, so that no turn takes much longer than two seconds."""
PROFILED = 20
"""Steps in which kernels are counted."""

Train = Callable[[int], object]
"""Trains for so many epochs."""


class EpochTimes:
    """Receives the progress of a pretraining, and notes when each epoch begins.

    Before an epoch begins, the losses of the last one are read. So all steps of that epoch are done, also on a GPU.
    """

    def __init__(self) -> None:
        self.begun: dict[int, float] = {}

    def __call__(self, progress: Progress) -> None:
        self.begun.setdefault(int(progress.done - 1e-6), perf_counter())

    def seconds(self, epochs: int) -> float:
        """Of the epochs 1 to `epochs`, counted from 0."""
        return self.begun[epochs + 1] - self.begun[1]


def pretrain(features: images.FloatArray, device: torch.device, epochs: int, times: EpochTimes | None = None) -> None:
    """Pretrain the autoencoder of sha12 with its default options."""
    dec = DEC(preset="sha12", pretrain_epochs=epochs, device=str(device), random_state=0)
    with TemporaryDirectory() as folder:
        dec.pretrain(features.reshape(-1, 28, 28), Path(folder) / "weights", progress=times)


def plain_loop(X: Tensor, device: torch.device) -> Train:
    """As tutorials write it: each batch is put together by a DataLoader and copied, and each loss is read."""
    network = plain_network().to(device)
    loader = DataLoader(TensorDataset(X), batch_size=BATCH, shuffle=True)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=DECAY)

    def train(epochs: int) -> float:
        total = 0.0
        for _ in range(epochs):
            for (x,) in loader:
                x = x.to(device)
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(network(x), x)
                loss.backward()
                optimizer.step()
                total += loss.item()
        return total

    return train


def tuned_loop(X: Tensor, device: torch.device, compiled: bool = False) -> Train:
    """As PyTorch's tuning guide has it; nothing but the order of the samples is made for a step.

    If it is `compiled`, torch.compile makes kernels of the network and records them as CUDA graphs.
    """
    network = plain_network().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    function = torch.compile(network, mode="reduce-overhead", dynamic=False) if compiled else network
    samples = X.to(device).contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=DECAY, fused=True)

    def train(epochs: int) -> None:
        with torch.backends.cudnn.flags(enabled=True, benchmark=True, allow_tf32=True):
            for _ in range(epochs):
                for rows in torch.randperm(len(samples), device=device).split(BATCH):
                    x = samples[rows]
                    optimizer.zero_grad(set_to_none=True)
                    with autocast(device):
                        loss = nn.functional.mse_loss(function(x), x)
                    loss.backward()
                    optimizer.step()

    return train


def count_work(check: Check, features: images.FloatArray) -> None:
    """Keep the kernels per step of each side, and the operations and bytes of our step."""
    device, part = check.device, features[: PROFILED * BATCH]
    n_steps = -(-len(part) // BATCH)
    one, two = (kernels(partial(pretrain, part, device, epochs), device) for epochs in (1, 2))
    if one is not None and two is not None:
        check.fact(PRETRAINING, kernels_of(OURS), (two - one) / n_steps)
    X = torch.from_numpy(part).view(-1, 1, 28, 28)
    for side, loop in LOOPS.items():
        train = loop(X, device)
        if (found := kernels(partial(train, 1), device)) is not None:
            check.fact(PRETRAINING, kernels_of(side), found / n_steps)
    for name, value in step_work(device, BATCH).items():
        check.fact(PRETRAINING, name, value)


LOOPS: dict[str, Callable[[Tensor, torch.device], Train]] = {PLAIN: plain_loop, TUNED: tuned_loop}


def main() -> None:
    check = Check.of_environment()
    device = check.device
    features = images.pixels(images.read(check)[0])
    X = torch.from_numpy(features).view(-1, 1, 28, 28)
    peers = {side: loop(X, device) for side, loop in LOOPS.items()}
    pretrain(features[: 2 * BATCH], device, 1)
    for train in peers.values():
        train(1)
    epochs = {side: check.scaled(full, 1) for side, full in EPOCHS.items()}
    for turn in range(check.turns):
        times = EpochTimes()
        pretrain(features, device, epochs[OURS] + 2, times)
        check.turn(PRETRAINING, OURS, turn, times.seconds(epochs[OURS]), epochs[OURS] * len(X))
        for side, train in peers.items():
            taken = seconds(partial(train, epochs[side]), device)
            check.turn(PRETRAINING, side, turn, taken, epochs[side] * len(X))
    count_work(check, features)


if __name__ == "__main__":
    main()
