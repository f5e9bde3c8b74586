"""A third-party clusterer whose fit takes no time: a run of it takes only the time of everything beside the fits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin


class Instant(ClusterMixin, BaseEstimator):
    """Assigns the samples to the clusters in turn, from an offset that depends on the seed."""

    def __init__(self, n_clusters: int = 2, random_state: int = 0) -> None:
        self.n_clusters, self.random_state = n_clusters, random_state

    def fit(self, X: NDArray[Any], y: None = None) -> "Instant":
        self.labels_ = (np.arange(len(X)) // (1 + self.random_state % 7) + self.random_state) % self.n_clusters
        return self
