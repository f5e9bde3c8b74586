"""The samples from which scikit-learn's K-Means starts, with the distances of k-means++ from a torch device."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.random import RandomState
from sklearn.utils import check_random_state
from torch import Tensor

from methods.base import FloatArray, IntArray
from methods.device_samples import squared_norms

__all__ = ["starting_rows"]


def starting_rows(X: Tensor, n_clusters: int, n_init: int, init: str, seed: int) -> IntArray:
    """The rows of `X` that `sklearn.cluster.KMeans` draws as first centres with `random_state=seed`.

    `X` is (n_samples, n_features) float64: the samples minus their mean. `init` is k-means++ or random. `seed` is in
    [0, 2³²). The result, (n_init, n_clusters), has one row for each restart.

    The random numbers, and the sums with which they are compared, are those of scikit-learn in float32 on the
    processor. A sum that differed in its last digits could choose another sample. Before version 1.8, scikit-learn
    added some of them in float64, so its starts may differ from these.
    """
    random = check_random_state(seed)
    if init == "random":
        shares = _equal_weights(len(X)) / np.float32(len(X))
        draws = [random.choice(len(X), n_clusters, replace=False, p=shares) for _ in range(n_init)]
        return np.stack(draws).astype(np.int64)

    squares = squared_norms(X)

    def distances(rows: IntArray) -> FloatArray:
        """Squared distances of some rows to all samples, (n_rows, n_samples)."""
        which = torch.as_tensor(rows, device=X.device)
        squared = -2 * (X[which] @ X.T)
        squared += squares[which, None]
        squared += squares
        rounded: FloatArray = squared.float().clamp_(min=0).cpu().numpy()
        return rounded

    return np.stack([_plus_plus(distances, len(X), n_clusters, random) for _ in range(n_init)])


def _plus_plus(
    distances: Callable[[IntArray], FloatArray], n_samples: int, n_clusters: int, random: RandomState
) -> IntArray:
    """One start of the greedy k-means++ of scikit-learn, (n_clusters,), with its random numbers and its rounding.

    Of some candidates, drawn with probabilities in proportion to their squared distance to the nearest row so far, each
    step takes the one that makes the sum of all these distances smallest.
    """
    weights = _equal_weights(n_samples)
    n_candidates = 2 + int(np.log(n_clusters))
    rows = np.empty(n_clusters, dtype=np.int64)
    rows[0] = random.choice(n_samples, p=weights / weights.sum())
    closest = distances(rows[:1])
    total = closest @ weights
    for i in range(1, n_clusters):
        drawn = random.uniform(size=n_candidates) * total
        candidates = np.searchsorted(np.cumsum(closest), drawn).clip(max=n_samples - 1)
        nearer = np.minimum(closest, distances(candidates))
        totals = nearer @ weights[:, None]
        best = np.argmin(totals)
        rows[i], total, closest = candidates[best], totals[best], nearer[best]
    return rows


def _equal_weights(n_samples: int) -> FloatArray:
    return np.ones(n_samples, dtype=np.float32)
