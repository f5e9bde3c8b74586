"""A self-organizing map whose units are grouped into clusters."""

from typing import Any

import numpy as np
from minisom import MiniSom
from sklearn import cluster

from methods import parameters
from methods.base import Clusterer, FloatArray, IntArray, Progress, nearest, without_gaps

STEPS_PER_UNIT = 500  # Kohonen's rule of thumb (Self-Organizing Maps, 3rd edition, section 3.7)
STEPS_PER_REPORT = 500


class SOM(Clusterer):
    """Two-level clustering: MiniSom learns a map, then its units are grouped (Vesanto & Alhoniemi 2000).

    The map is rectangular with a Gaussian neighbourhood, starts from random samples, and learns online (Kohonen 1982)
    for `n_steps` samples in random order, with MiniSom's own decays. `grouping="ward"` joins codebook vectors by
    Ward's criterion; `"kmeans"` runs K-Means on them, each weighted by how many samples its unit wins. Units that win
    no sample are left out of the grouping and belong to the group of the nearest unit that wins one. A sample's label
    is the group of its winning unit.

    It decides in the input space. `cluster_centers_` are the means of the codebook vectors of a group, weighted by
    wins; `prototypes_` is the whole codebook, unit by unit, row by row.

    Radius, rate and decays have, by default, the values of the lowest quantization error on MNIST-5k, 10 × 10 units and
    50,000 steps, at a topographic error of at most 0.1, among radii 1, 1.5, 2, 3, 4, rates 0.25, 0.5, 1 and MiniSom's
    decays. Labels had no say in it. The radius ends at a third, 0.67: a map that ends at 1 stays stiffer (quantization
    error 5.70 instead of 5.42).
    """

    parameters = parameters.SOM

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        rows: int = 10,
        columns: int = 10,
        sigma: float = 2.0,
        learning_rate: float = 0.25,
        sigma_decay_function: str = "asymptotic_decay",
        decay_function: str = "linear_decay_to_zero",
        n_steps: int | None = None,
        grouping: str = "ward",
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.rows = rows
        self.columns = columns
        self.sigma = sigma
        self.learning_rate = learning_rate
        self.sigma_decay_function = sigma_decay_function
        self.decay_function = decay_function
        self.n_steps = n_steps
        self.grouping = grouping
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: Progress) -> None:
        n_units = self.rows * self.columns
        if n_units < self.n_clusters:
            raise ValueError(f"rows × columns = {n_units} units must be at least n_clusters={self.n_clusters}.")
        n_steps = self.n_steps or max(len(X), STEPS_PER_UNIT * n_units)
        self.prototypes_ = self._codebook(X, n_steps, seed, progress)
        self.grid_shape_ = (self.rows, self.columns)
        self.precision_ = "float64"
        winners = nearest(X, self.prototypes_)
        wins = np.bincount(winners, minlength=n_units)
        self.unit_groups_ = self._group(self.prototypes_, wins, seed)
        self.labels_ = self.unit_groups_[winners]
        weights = np.eye(self.unit_groups_.max() + 1, dtype=np.float32)[self.unit_groups_] * wins[:, None]
        self.cluster_centers_ = (weights.T @ self.prototypes_ / weights.sum(0)[:, None]).astype(np.float32)
        self.n_parameters_ = self.prototypes_.size
        self.n_iter_ = max(1, round(n_steps / len(X)))

    def _codebook(self, X: FloatArray, n_steps: int, seed: int, progress: Progress) -> FloatArray:
        """Codebook vectors, (n_units, n_features). The loop is that of `MiniSom.train`, with a progress report."""
        som = MiniSom(
            self.rows,
            self.columns,
            X.shape[1],
            sigma=self.sigma,
            learning_rate=self.learning_rate,
            decay_function=self.decay_function,
            sigma_decay_function=self.sigma_decay_function,
            random_seed=seed % 2**32,
        )
        som.random_weights_init(X)
        for step, row in enumerate(presentation_order(len(X), n_steps, seed)):
            som.update(X[row], som.winner(X[row]), step, n_steps)
            if step % STEPS_PER_REPORT == 0:
                progress("map", step, n_steps, None)
        codebook: FloatArray = som.get_weights().reshape(-1, X.shape[1]).astype(np.float32)
        return codebook

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


def presentation_order(n_samples: int, n_steps: int, seed: int) -> IntArray:
    """Rows in the order in which the map sees them, (n_steps,): whole passes over the data, shuffled together."""
    return np.random.default_rng(seed).permutation(np.arange(n_steps) % n_samples)
