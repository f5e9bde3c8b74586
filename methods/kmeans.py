"""K-Means on the features as they are: raw pixels for images."""

from typing import Any

from sklearn import cluster

from methods import parameters
from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.progress import ProgressCallback


class KMeans(Clusterer):
    """scikit-learn's K-Means in float32 (Lloyd 1982; k-means++ of Arthur & Vassilvitskii 2007).

    Elkan's bounds (2003) spare most distances of a pass and change no assignment but by rounding. It decides in the
    input space, and its centres are its prototypes.

    >>> first, second, third = KMeans(n_clusters=2, random_state=0).fit_predict([[0.0], [0.1], [1.0]])
    >>> bool(first == second != third)
    True
    """

    parameters = parameters.KMEANS

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        init: str = "k-means++",
        n_init: int = 10,
        max_iter: int = 300,
        tol: float = 1e-4,
        algorithm: str = "elkan",
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.algorithm = algorithm
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        bounded = self.n_clusters > 1  # else scikit-learn warns that Elkan's bounds are between clusters
        model = cluster.KMeans(
            self.n_clusters,
            init=self.init,
            n_init=self.n_init,
            max_iter=self.max_iter,
            tol=self.tol,
            algorithm=self.algorithm if bounded else "lloyd",
            random_state=seed,
        ).fit(X)
        self.labels_, found = without_gaps(nearest(X, model.cluster_centers_))
        self.cluster_centers_ = model.cluster_centers_[found]
        self.prototypes_ = self.cluster_centers_
        self.n_parameters_ = self.cluster_centers_.size
        self.n_iter_ = model.n_iter_
        self.inertia_ = float(model.inertia_)

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(X, self.cluster_centers_)
