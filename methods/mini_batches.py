"""scikit-learn's K-Means in mini-batches, between two batches."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

from methods.base import FloatArray
from methods.values import Part

__all__ = ["MiniBatches"]

BATCH_SIZE = 1024
"""scikit-learn counts a batch as this many samples, at most, until it looks for clusters that are almost empty."""


@dataclass(frozen=True)
class MiniBatches(Part):
    """All that the next batch needs: scikit-learn's own object holds a random state, which is kept as numbers here."""

    centers: FloatArray
    """(n_clusters, n_features)"""
    sizes: FloatArray
    """(n_clusters,): samples of each cluster so far. A new sample moves its centre by 1 / size (Sculley 2010)."""
    n_since: int
    """Samples since scikit-learn last looked for clusters that are almost empty."""
    batch_size: int
    """Samples that a batch counts for `n_since`: those of the first batch, at most BATCH_SIZE."""
    random_key: NDArray[np.uint32]
    random_position: int
    """With `random_key`: the state of the Mersenne Twister."""

    @classmethod
    def first(cls, X: FloatArray, n_clusters: int, init: str, seed: int) -> Self:
        """The state after the first batch `X`, (n_samples, n_features), from which the first centres are drawn."""
        random = np.random.RandomState(seed % 2**32)
        model = MiniBatchKMeans(n_clusters, init=init, batch_size=BATCH_SIZE, n_init=1, random_state=random)
        return cls._of(model.partial_fit(X))

    @classmethod
    def of_clusters(cls, centers: FloatArray, sizes: NDArray[Any], seed: int) -> Self:
        """The state after a fit of all samples at once; `sizes`, (n_clusters,), are the samples of each cluster."""
        random = np.random.RandomState(seed % 2**32)
        return cls(centers, sizes.astype(np.float32), 0, min(BATCH_SIZE, int(sizes.sum())), *_numbers(random))

    def next(self, X: FloatArray) -> "MiniBatches":
        """The state after another batch `X`, (n_samples, n_features)."""
        random = np.random.RandomState()
        random.set_state(("MT19937", self.random_key, self.random_position, 0, 0.0))
        model = MiniBatchKMeans(len(self.centers), batch_size=BATCH_SIZE, n_init=1)
        model.cluster_centers_ = self.centers.copy()
        model._counts = self.sizes.copy()
        model._n_since_last_reassign = self.n_since
        model._batch_size = self.batch_size
        model._random_state = random
        model._n_threads = _openmp_effective_n_threads()
        model.n_features_in_ = X.shape[1]
        return self._of(model.partial_fit(X))

    @classmethod
    def _of(cls, model: MiniBatchKMeans) -> Self:
        since, batch_size = model._n_since_last_reassign, model._batch_size
        return cls(model.cluster_centers_, model._counts, int(since), int(batch_size), *_numbers(model._random_state))


def _numbers(random: np.random.RandomState) -> tuple[NDArray[np.uint32], int]:
    """The state of the Mersenne Twister; scikit-learn draws no normal numbers, of which one could be left over."""
    state = random.get_state(legacy=False)["state"]
    return state["key"], int(state["pos"])
