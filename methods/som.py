"""A self-organizing map whose units are grouped into clusters."""

from typing import Any, Literal

import numpy as np
from minisom import MiniSom
from sklearn import cluster

from methods.base import FloatArray, IntArray, mean_distance, nearest, without_gaps
from methods.fit_warnings import warn
from methods.incremental import IncrementalClusterer
from methods.map_time import COLUMNS, ROWS, LongFitWarning, long_fit, online_steps
from methods.options import argument, option, options
from methods.progress import Progress, ProgressCallback, no_progress
from methods.warm_start import WarmStartClusterer
from methods.weighted_ward import weighted_ward

__all__ = ["SOM", "presentation_order"]

STEPS_PER_REPORT = 500
ONLINE_RATE = 0.25
BATCH_RATE = 1.0
LATER_RATE = 0.05
"""The constant learning rate of `partial_fit`. The default rate ends at 0, with which a map would not learn."""


@options
class SOM(WarmStartClusterer, IncrementalClusterer):
    """Two-level clustering: a map is learnt, then its units are grouped.

    The map is rectangular, has a Gaussian neighbourhood and starts from random samples. `training="online"` is
    MiniSom's own loop: `n_steps` samples, one at a time, in random order. `training="batch"` is
    Kohonen's batch rule as matrix products on `device`: `epochs` passes over all samples at once, which equals
    MiniSom's `train_batch_offline`, or over batches of `batch_size`. Radius and learning rate decay as in MiniSom.

    `grouping="ward"` joins codebook vectors by Ward's criterion, each with the weight 1. `"ward-weighted"` weights each
    codebook vector by the number of samples that its unit wins, as if all samples were at their units. `"kmeans"` runs
    K-Means on the codebook vectors with the same weights. Only units that win a sample are grouped; any other unit
    belongs to the group of the nearest grouped unit. A sample's label is the group of its winning unit.

    The method's own space is the input space. `score` is minus the quantization error: the mean distance of a sample to
    its nearest codebook vector.

    The defaults of radius, rate and decays were chosen without labels: they have the lowest quantization error on
    MNIST-5k, with 10 × 10 units and a topographic error of at most 0.1. The candidates were MiniSom's decays and, in
    online training of 50,000 steps, radii 1, 1.5, 2, 3, 4 and rates 0.25, 0.5, 1; in batch training of 20 epochs, radii
    1, 1.25, 1.5, 2, 3, 4, 5. The radius ends at a third of its start, 0.67. If it ends at 1, the quantization error is
    higher: 5.70 instead of 5.42 in online training, 5.69 instead of 5.44 in batch training.

    `warm_start=True`: `fit` starts from the codebook of the last fit instead of from random samples. Radius and rate
    begin again at their start, as in a second call of `MiniSom.train`, and the units are grouped anew. `rows` and
    `columns` have to stay; `n_clusters` and other options may change.

    `partial_fit`: the first call is a `fit` of its batch, because a map needs a large radius at first to be ordered.
    Every later call shows each sample of its batch once, in the order of the rows, by the online rule for either value
    of `training`. The radius is that of the end of the schedule, 0.67 by default. The rate is 0.05, whatever
    `learning_rate` is. Of 0.005, 0.01, 0.02, 0.05, 0.083 and 0.25 it has the lowest quantization error after one pass
    over 1,197 digits, for a map of 600 others. Then the units are grouped anew, by the samples of all batches that they
    have won, so the numbers of the clusters may change.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_features), float32
        Means of the codebook vectors of a group, weighted by wins.
    prototypes_ : ndarray of shape (rows · columns, n_features), float32
        The whole codebook, row by row of the map.
    grid_shape_ : tuple (rows, columns)
        The map.
    unit_groups_ : ndarray of shape (rows · columns,), int64
        The group of each unit.
    unit_wins_ : ndarray of shape (rows · columns,), int64
        How many training samples each unit has won; after `partial_fit`, in all batches, each with the map of its time.

    Raises
    ------
    ValueError
        By `fit` and `partial_fit`, if an option or the data are not valid, or if the map has fewer units than
        `n_clusters`; if a map of another size would be continued.

    References
    ----------
    Kohonen 1982, "Self-organized formation of topologically correct feature maps".
    Kohonen 2013, "Essentials of the self-organizing map".
    Vesanto & Alhoniemi 2000, "Clustering of the self-organizing map".
    Ward 1963, "Hierarchical grouping to optimize an objective function".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data[:200] / 16
    >>> som = SOM(n_clusters=10, rows=5, columns=5, n_steps=2000, random_state=0).fit(X)
    >>> som.prototypes_.shape, som.unit_groups_.shape, som.labels_.shape
    ((25, 64), (25,), (200,))
    >>> bool(som.score(X) < 0)
    True
    """

    rows: int = option(ROWS, "units down the map", low=1)
    columns: int = option(COLUMNS, "units across the map", low=1)
    training: Literal["online", "batch"] = option(
        "online",
        "online: MiniSom's own loop; batch: Kohonen's batch rule as matrix products",
        source="Kohonen 1982 (online); Kohonen 2013 (batch)",
    )
    sigma: float = option(2.0, "radius of the neighbourhood at the start, in units", low=0, low_included=False)
    learning_rate: float | None = option(
        None,
        "learning rate at the start; none: 0.25 in online training, 1 in batch training, which is Kohonen's rule",
        low=0,
        high=1,
        low_included=False,
    )
    sigma_decay_function: Literal["asymptotic_decay", "inverse_decay_to_one", "linear_decay_to_one"] = option(
        "asymptotic_decay",
        "how the radius shrinks; asymptotic_decay: to a third; the others: to 1 unit",
        source="MiniSom",
    )
    decay_function: Literal["constant", "asymptotic_decay", "inverse_decay_to_zero", "linear_decay_to_zero"] | None = (
        option(
            None,
            "how the learning rate shrinks; none: linear_decay_to_zero, or constant if a batch is all samples",
            source="MiniSom",
        )
    )
    n_steps: int | None = option(
        None,
        "samples shown in online training; none: 500 per unit, or every sample once if that is more",
        low=1,
        source="Kohonen, Self-Organizing Maps, 3rd edition, section 3.7",
    )
    epochs: int = option(20, "passes over the data in batch training", low=1)
    batch_size: int | None = option(None, "samples of a batch in batch training; none: all samples", low=1)
    grouping: Literal["ward", "ward-weighted", "kmeans"] = option(
        "ward",
        "how units are grouped into clusters; ward: Ward's criterion, all units alike; ward-weighted: each unit is "
        "weighted by the samples that it wins; kmeans: K-Means with these weights",
        source="Vesanto & Alhoniemi 2000 (ward, kmeans); Ward 1963 (ward-weighted)",
    )
    device: str = argument("str", "device of batch training: auto, cpu, cuda, cuda:1 or mps", default="auto")

    _fitted = (
        *("prototypes_", "grid_shape_", "unit_groups_", "unit_wins_"),
        *("n_parameters_", "device_", "precision_"),
    )

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._check_map(continues=self._continues())
        train = self._train_online if self.training == "online" else self._train_batch
        self.prototypes_ = train(X, seed, progress)
        self.grid_shape_ = (self.rows, self.columns)
        self._set_clusters(X, seed, np.zeros(len(self.prototypes_), dtype=np.int64))

    def _first_fit(self, X: FloatArray, seed: int) -> None:
        self._fit(X, seed, no_progress)

    def _partial_fit(self, X: FloatArray, seed: int) -> None:
        self._check_map(continues=True)
        som = self._minisom(X, seed, LATER_RATE, _constant, start=self.prototypes_)
        for row in X:
            som.update(row, som.winner(row), 1, 1)  # step 1 of 1: the end of the schedule
        self.prototypes_ = _codebook(som)
        self._set_clusters(X, seed, self.unit_wins_)
        self.n_iter_ += 1
        self.device_, self.precision_ = "cpu", "float64"

    def _check_map(self, continues: bool) -> None:
        """Raise ValueError if the map is too small, or if it would continue a map of another size."""
        n_units = self.rows * self.columns
        if continues and self.grid_shape_ != (self.rows, self.columns):
            raise ValueError(
                f"rows={self.rows}, columns={self.columns}, but the map that is continued has {self.grid_shape_}; "
                "expected the same, or a fit with warm_start=False."
            )
        if n_units < self.n_clusters:
            raise ValueError(f"rows × columns = {n_units} units must be at least n_clusters={self.n_clusters}.")

    def _set_clusters(self, X: FloatArray, seed: int, wins_before: IntArray) -> None:
        """Group the units and set labels and centres; `wins_before`, (n_units,), are wins of earlier batches."""
        assert self.prototypes_ is not None
        winners = nearest(X, self.prototypes_)
        wins = self.unit_wins_ = wins_before + np.bincount(winners, minlength=len(self.prototypes_))
        self.unit_groups_ = self._group(self.prototypes_, wins, seed)
        self.labels_ = self.unit_groups_[winners]
        weights = np.eye(self.unit_groups_.max() + 1, dtype=np.float32)[self.unit_groups_] * wins[:, None]
        self.cluster_centers_ = (weights.T @ self.prototypes_ / weights.sum(0)[:, None]).astype(np.float32)
        self.n_parameters_ = self.prototypes_.size

    def _minisom(
        self, X: FloatArray, seed: int, learning_rate: float, decay_function: Any, start: FloatArray | None = None
    ) -> MiniSom:
        """A map whose units are `start`, (n_units, n_features), or random samples if it is None."""
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
        if start is None:
            som.random_weights_init(X)
        else:
            som.get_weights()[:] = start.reshape(self.rows, self.columns, -1)
        return som

    def _start(self) -> FloatArray | None:
        """The codebook from which `fit` starts; None: random samples."""
        return self.prototypes_ if self._continues() else None

    def _train_online(self, X: FloatArray, seed: int, progress: ProgressCallback) -> FloatArray:
        """Codebook vectors, (n_units, n_features), from the loop of `MiniSom.train` with progress reports."""
        if message := long_fit(*X.shape, **self.get_params(deep=False)):
            warn(LongFitWarning(message))
        n_steps = self.n_steps or online_steps(len(X), self.rows * self.columns)
        decay = self.decay_function or "linear_decay_to_zero"
        rate_of_step = _constant if decay == "constant" else decay
        som = self._minisom(X, seed, self.learning_rate or ONLINE_RATE, rate_of_step, self._start())
        for step, row in enumerate(presentation_order(len(X), n_steps, seed)):
            som.update(X[row], som.winner(X[row]), step, n_steps)
            if (step + 1) % STEPS_PER_REPORT == 0 or step + 1 == n_steps:
                progress(Progress("map", step + 1, n_steps))
        self.n_iter_ = max(1, round(n_steps / len(X)))
        self.device_, self.precision_ = "cpu", "float64"
        return _codebook(som)

    def _train_batch(self, X: FloatArray, seed: int, progress: ProgressCallback) -> FloatArray:
        """Codebook vectors, (n_units, n_features)."""
        import torch  # here: online training does not need it

        from methods.batch_map import DECAYS, train_batch
        from methods.device import choose_device

        device = choose_device(self.device)
        rate = self.learning_rate or BATCH_RATE
        rate_decay = DECAYS[self.decay_function or ("linear_decay_to_zero" if self.batch_size else "constant")]
        radius_decay = DECAYS[self.sigma_decay_function]
        codebook = train_batch(
            torch.tensor(X, device=device),
            torch.tensor(_codebook(self._minisom(X, seed, rate, "asymptotic_decay", self._start())), device=device),
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
        """Group of each unit, (n_units,); the units of every group win at least one sample."""
        winning = np.flatnonzero(wins)
        n_groups = min(self.n_clusters, len(winning))
        if n_groups == 1:
            groups = np.zeros(len(winning), dtype=np.int64)
        elif self.grouping == "ward":
            groups = cluster.AgglomerativeClustering(n_groups, linkage="ward").fit_predict(codebook[winning])
        elif self.grouping == "ward-weighted":
            groups = weighted_ward(codebook[winning], wins[winning], n_groups)
        else:
            model = cluster.KMeans(n_groups, n_init=10, random_state=seed % 2**32)
            groups = model.fit_predict(codebook[winning], sample_weight=wins[winning])
        groups, _ = without_gaps(groups)
        return groups[nearest(codebook, codebook[winning])]

    def _assign(self, X: FloatArray) -> IntArray:
        assert self.prototypes_ is not None
        return self.unit_groups_[nearest(X, self.prototypes_)]

    def _score(self, X: FloatArray) -> float:
        assert self.prototypes_ is not None
        return -mean_distance(X, self.prototypes_)


def presentation_order(n_samples: int, n_steps: int, seed: int) -> IntArray:
    """Row numbers in the order of online training, (n_steps,): passes over the data, shuffled together."""
    return np.random.default_rng(seed).permutation(np.arange(n_steps) % n_samples)


def _constant(rate: float, step: int, n_steps: int) -> float:
    """A decay of the learning rate for which MiniSom has no name."""
    return rate


def _codebook(som: MiniSom) -> FloatArray:
    """The codebook of a map, (n_units, n_features) float32."""
    weights = som.get_weights()
    codebook: FloatArray = weights.reshape(-1, weights.shape[2]).astype(np.float32)
    return codebook
