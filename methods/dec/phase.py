"""One training phase: what its steps read and write, and the loop over its epochs and steps."""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn

from methods.dec.augmentation import draw_amounts
from methods.dec.autoencoder import Autoencoder
from methods.dec.stepper import stepper
from methods.dec.subnormal import zero_subnormals
from methods.dec.training import Steps, batch_sizes, finite, optimizer_of
from methods.progress import Progress, ProgressCallback
from methods.same_bits import same_bits


class Phase(ABC):
    """A phase that trains a network on weighted losses.

    All that a step reads or writes is in tensors that stay at their place in memory, on the device of the samples. So a
    step is the same work each time, and a GPU can record it once and repeat it (`methods.dec.stepper`). Nothing in a
    step waits for the device.
    """

    name: ClassVar[str]
    """Name of the phase in the history, in the progress and in errors."""
    shown: ClassVar[str]
    """The loss that the progress shows."""

    def __init__(
        self,
        network: Autoencoder,
        X: Tensor,
        steps: Steps,
        weights: dict[str, float],
        *,
        trained: list[nn.Module],
        others: list[Tensor],
        n_views: int,
        generator: torch.Generator,
    ) -> None:
        """`X`, (n_samples, n_features), is on the device of the network.

        `weights` has the weight of each loss that is computed. `trained` and `others` are the modules and the other
        tensors that the optimizer changes. A step gets `n_views` views of every sample. `generator`, a generator of the
        processor, draws the order of the samples, their views, and the seed of dropout: so every device sees the same
        samples in the same order.
        """
        self.network, self.X, self.steps, self.weights = network, X, steps, weights
        self.sizes = batch_sizes(len(X), steps.batch_size)
        self.history: dict[str, list[float]] = {f"{self.name}/{loss}": [] for loss in weights}
        self._random = generator
        self._order = torch.zeros(len(X), dtype=torch.int64, device=X.device)
        self._done = torch.zeros(1, dtype=torch.int64, device=X.device)  # samples of this epoch
        n_amounts = 0 if steps.augmentation is None else steps.augmentation.n_amounts
        self._amounts = X.new_zeros(n_views, n_amounts, len(X)) if n_amounts else None
        self._totals = torch.zeros(len(weights), device=X.device)
        # An optimizer reads a rate on the processor, too, and needs it there if it does not record its steps.
        of_rates = X.device if X.device.type == "cuda" else torch.device("cpu")
        self._rates = torch.tensor(steps.rates(len(X)), device=of_rates)
        self._n_steps = torch.zeros(1, dtype=torch.int64, device=of_rates)
        self._rate = torch.tensor(steps.lr, device=of_rates)
        self.optimizer = optimizer_of(
            steps.optimizer, trained, others, self._rate, steps.weight_decay, momentum=steps.momentum
        )

    @abstractmethod
    def losses(self, rows: Tensor, views: list[Tensor]) -> dict[str, Tensor]:
        """The losses of `weights`, unweighted, in that order: each () float32 on the device.

        `rows`, (n,), are the numbers of the samples; `views` are their views, each (n, n_features).
        """

    def before_step(self, epoch: int, number: int) -> bool:
        """Called before step `number` of an epoch, both from 0. Returns whether the phase is over."""
        return False

    def after_epoch(self, epoch: int) -> bool:
        """Called after each epoch. Returns whether the phase is over."""
        return False

    def step(self, size: int) -> None:
        """One step on the next `size` samples of the epoch."""
        places = self._done + torch.arange(size, device=self.X.device)
        rows = self._order.index_select(0, places)
        x = self.X.index_select(0, rows)
        self.optimizer.zero_grad(set_to_none=True)
        losses = self.losses(rows, self._views(x, places))
        total, *others = (self.weights[name] * loss for name, loss in losses.items())
        for other in others:
            total = total + other
        total.backward()
        self._rate.copy_(self._rates.index_select(0, self._n_steps).squeeze(0))
        self.optimizer.step()
        self._totals += torch.stack([loss.detach() for loss in losses.values()]) * size
        self._done += size
        self._n_steps += 1

    def _views(self, x: Tensor, places: Tensor) -> list[Tensor]:
        """Each view of the samples `x`, whose places in the order of this epoch are `places`."""
        if self._amounts is None or self.steps.augmentation is None:
            return [x]
        return [self.steps.augmentation(x, amounts.index_select(1, places)) for amounts in self._amounts]

    def train(self, progress: ProgressCallback) -> dict[str, list[float]]:
        """All epochs. Returns the history: one mean loss per epoch and name.

        Raises TrainingDivergedError if a loss is not finite.
        """
        self.network.dropout.generator = self._dropout_generator()
        try:
            with same_bits(self.X.device):
                self._train(progress)
        finally:
            self.network.dropout.generator = None  # it cannot be copied
            self.optimizer.zero_grad(set_to_none=True)
        return self.history

    def _train(self, progress: ProgressCallback) -> None:
        step, shown = stepper(self), self.history[f"{self.name}/{self.shown}"]
        for epoch in range(self.steps.epochs):
            self._begin_epoch()
            for number, size in enumerate(self.sizes):
                if self.before_step(epoch, number):
                    return
                step(size)
                done = epoch + (number + 1) / len(self.sizes)
                progress(Progress(self.name, done, self.steps.epochs, shown[-1] if shown else None))
            zero_subnormals(self.network)
            for name, mean in zip(self.weights, (self._totals / len(self.X)).tolist(), strict=True):
                self.history[f"{self.name}/{name}"].append(finite(mean, name, self.name, epoch))
            if self.after_epoch(epoch):
                return

    def _begin_epoch(self) -> None:
        self.network.train()
        self._order.copy_(torch.randperm(len(self.X), generator=self._random), non_blocking=True)
        if self._amounts is not None:
            n_views, n_amounts, n_samples = self._amounts.shape
            self._amounts.copy_(draw_amounts(n_views, n_samples, self._random, n_amounts), non_blocking=True)
        self._done.zero_()
        self._totals.zero_()

    def _dropout_generator(self) -> torch.Generator:
        """A generator of the device for dropout, seeded from that of the phase."""
        seed = int(torch.randint(2**62, (), generator=self._random))
        return torch.Generator(self.X.device).manual_seed(seed)
