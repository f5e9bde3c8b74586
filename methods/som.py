"""A self-organizing map whose units are grouped into clusters."""

from typing import Any

import numpy as np
from minisom import MiniSom
from sklearn import cluster

from methods import parameters
from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.progress import Progress, ProgressCallback

STEPS_PER_UNIT = 500  # Kohonen's rule of thumb (Self-Organizing Maps, 3rd edition, section 3.7)
STEPS_PER_REPORT = 500
ONLINE_RATE = 0.25
BATCH_RATE = 1.0


class SOM(Clusterer):
    """Two-level clustering: a map is learnt, then its units are grouped (Vesanto & Alhoniemi 2000).

    The map is rectangular with a Gaussian neighbourhood and starts from random samples. `training="online"` is
    MiniSom's own loop (Kohonen 1982): `n_steps` samples, one at a time, in random order. `training="batch"` is
    Kohonen's batch rule as matrix products on `device`: `epochs` passes over all samples at once, which equals
    MiniSom's `train_batch_offline`, or over batches of `batch_size`. Radius and rate decay as MiniSom's.

    `grouping="ward"` joins codebook vectors by Ward's criterion; `"kmeans"` runs K-Means on them, each weighted by how
    many samples its unit wins. Units that win no sample are left out of the grouping and belong to the group of the
    nearest unit that wins one. A sample's label is the group of its winning unit.

    It decides in the input space. `cluster_centers_` are the means of the codebook vectors of a group, weighted by
    wins; `prototypes_` is the whole codebook, unit by unit, row by row.

    Radius, rate and decays have, by default, the values of the lowest quantization error on MNIST-5k, 10 × 10 units, at
    a topographic error of at most 0.1: for online training, 50,000 steps, among radii 1, 1.5, 2, 3, 4, rates 0.25, 0.5,
    1 and MiniSom's decays; for batch training, 20 epochs, among radii 1, 1.25, 1.5, 2, 3, 4, 5 and MiniSom's decays.
    Labels had no say in it. The radius ends at a third, 0.67: a map that ends at 1 stays stiffer (quantization error
    5.70 instead of 5.42 online, 5.69 instead of 5.44 in batch training).
    """

    parameters = parameters.SOM

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        rows: int = 10,
        columns: int = 10,
        training: str = "online",
        sigma: float = 2.0,
        learning_rate: float | None = None,
        sigma_decay_function: str = "asymptotic_decay",
        decay_function: str | None = None,
        n_steps: int | None = None,
        epochs: int = 20,
        batch_size: int | None = None,
        grouping: str = "ward",
        device: str = "auto",
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.rows = rows
        self.columns = columns
        self.training = training
        self.sigma = sigma
        self.learning_rate = learning_rate
        self.sigma_decay_function = sigma_decay_function
        self.decay_function = decay_function
        self.n_steps = n_steps
        self.epochs = epochs
        self.batch_size = batch_size
        self.grouping = grouping
        self.device = device
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        n_units = self.rows * self.columns
        if n_units < self.n_clusters:
            raise ValueError(f"rows × columns = {n_units} units must be at least n_clusters={self.n_clusters}.")
        train = self._train_online if self.training == "online" else self._train_batch
        self.prototypes_ = train(X, seed, progress)
        self.grid_shape_ = (self.rows, self.columns)
        winners = nearest(X, self.prototypes_)
        wins = np.bincount(winners, minlength=n_units)
        self.unit_groups_ = self._group(self.prototypes_, wins, seed)
        self.labels_ = self.unit_groups_[winners]
        weights = np.eye(self.unit_groups_.max() + 1, dtype=np.float32)[self.unit_groups_] * wins[:, None]
        self.cluster_centers_ = (weights.T @ self.prototypes_ / weights.sum(0)[:, None]).astype(np.float32)
        self.n_parameters_ = self.prototypes_.size

    def _minisom(self, X: FloatArray, seed: int, learning_rate: float, decay_function: Any) -> MiniSom:
        """An untrained map whose units are random samples."""
        som = MiniSom(
            self.rows,
            self.columns,
            X.shape[1],
            sigma=self.sigma,
            learning_rate=learning_rate,
            decay_function=decay_function,
            sigma_decay_function=self.sigma_decay_function,
            random_seed=seed % 2**32,
        )
        som.random_weights_init(X)
        return som

    def _train_online(self, X: FloatArray, seed: int, progress: ProgressCallback) -> FloatArray:
        """Codebook vectors, (n_units, n_features). The loop is that of `MiniSom.train`, with a progress report."""
        n_steps = self.n_steps or max(len(X), STEPS_PER_UNIT * self.rows * self.columns)
        decay: Any = self.decay_function or "linear_decay_to_zero"
        if decay == "constant":  # the one that MiniSom has no name for
            decay = constant_decay
        som = self._minisom(X, seed, self.learning_rate or ONLINE_RATE, decay)
        for step, row in enumerate(presentation_order(len(X), n_steps, seed)):
            som.update(X[row], som.winner(X[row]), step, n_steps)
            if step % STEPS_PER_REPORT == 0:
                progress(Progress("map", step, n_steps))
        self.n_iter_ = max(1, round(n_steps / len(X)))
        self.device_, self.precision_ = "cpu", "float64"
        return _codebook(som)

    def _train_batch(self, X: FloatArray, seed: int, progress: ProgressCallback) -> FloatArray:
        """Codebook vectors, (n_units, n_features)."""
        import torch  # which online training does without

        from methods.batch_map import DECAYS, train_batch
        from methods.device import choose_device

        device = choose_device(self.device)
        rate = self.learning_rate or BATCH_RATE
        rate_decay = DECAYS[self.decay_function or ("linear_decay_to_zero" if self.batch_size else "constant")]
        radius_decay = DECAYS[self.sigma_decay_function]
        codebook = train_batch(
            torch.tensor(X).to(device),
            torch.tensor(_codebook(self._minisom(X, seed, rate, "asymptotic_decay"))).to(device),
            (self.rows, self.columns),
            epochs=self.epochs,
            batch_size=self.batch_size,
            sigma=lambda done: radius_decay(self.sigma, done),
            learning_rate=lambda done: rate_decay(rate, done),
            generator=torch.Generator().manual_seed(seed % 2**63),
            progress=progress,
        )
        self.n_iter_ = self.epochs
        self.device_, self.precision_ = str(device), "float32"
        trained: FloatArray = codebook.cpu().numpy()
        return trained

    def _group(self, codebook: FloatArray, wins: IntArray, seed: int) -> IntArray:
        """Group of each unit, (n_units,); every group wins at least one sample."""
        winning = np.flatnonzero(wins)
        n_groups = min(self.n_clusters, len(winning))
        if n_groups == 1:
            groups = np.zeros(len(winning), dtype=np.int64)
        elif self.grouping == "ward":
            groups = cluster.AgglomerativeClustering(n_groups, linkage="ward").fit_predict(codebook[winning])
        else:
            model = cluster.KMeans(n_groups, n_init=10, random_state=seed % 2**32)
            groups = model.fit_predict(codebook[winning], sample_weight=wins[winning])
        groups, _ = without_gaps(groups)
        return groups[nearest(codebook, codebook[winning])]

    def _assign(self, X: FloatArray) -> IntArray:
        assert self.prototypes_ is not None
        return self.unit_groups_[nearest(X, self.prototypes_)]


def constant_decay(start: float, step: int, n_steps: int) -> float:
    """A learning rate that stays as it is."""
    return start


def presentation_order(n_samples: int, n_steps: int, seed: int) -> IntArray:
    """Rows in the order in which the map sees them, (n_steps,): whole passes over the data, shuffled together."""
    return np.random.default_rng(seed).permutation(np.arange(n_steps) % n_samples)


def _codebook(som: MiniSom) -> FloatArray:
    """The codebook of a map, (n_units, n_features) float32."""
    weights = som.get_weights()
    codebook: FloatArray = weights.reshape(-1, weights.shape[2]).astype(np.float32)
    return codebook
