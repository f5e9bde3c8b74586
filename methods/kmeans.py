"""K-Means on the input features: raw pixels for images."""

from typing import Literal

from sklearn import cluster

from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.options import option, options
from methods.progress import ProgressCallback

__all__ = ["KMeans"]


@options
class KMeans(Clusterer):
    """scikit-learn's K-Means in float32.

    Elkan's bounds avoid most distances of a pass; the assignments differ only by rounding. The method's own space is
    the input space. Its centres are its prototypes. `score` is minus the inertia, as in scikit-learn.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_features), float32
        Centres, which are also `prototypes_`.
    inertia_ : float
        Sum of squared distances of the samples to their nearest centre.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid.

    References
    ----------
    Lloyd 1982, "Least squares quantization in PCM".
    Arthur & Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
    Elkan 2003, "Using the triangle inequality to accelerate k-means".

    Examples
    --------
    >>> kmeans = KMeans(n_clusters=2, random_state=0)
    >>> first, second, third = kmeans.fit_predict([[0.0], [0.1], [1.0]])
    >>> bool(first == second != third)
    True
    >>> kmeans.cluster_centers_.shape, round(kmeans.score([[0.0], [0.1], [1.0]]), 3)
    ((2, 1), -0.005)
    """

    init: Literal["k-means++", "random"] = option(
        "k-means++", "how the first centres are chosen", source="Arthur & Vassilvitskii 2007"
    )
    n_init: int = option(10, "restarts; the result with the lowest inertia is kept", low=1)
    max_iter: int = option(300, "passes over the data in one restart, at most", low=1, source="scikit-learn")
    tol: float = option(
        1e-4,
        "a restart ends if the centres move less than this, relative to the variance of the features",
        low=0,
        source="scikit-learn",
    )
    algorithm: Literal["lloyd", "elkan"] = option(
        "elkan", "how a pass is computed; the clusters are the same", source="Elkan 2003"
    )

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        bounded = self.n_clusters > 1  # Elkan's bounds are between clusters: scikit-learn warns if there is only one
        model = cluster.KMeans(
            self.n_clusters,
            init=self.init,
            n_init=self.n_init,
            max_iter=self.max_iter,
            tol=self.tol,
            algorithm=self.algorithm if bounded else "lloyd",
            random_state=seed,
        ).fit(X)
        self.labels_, present = without_gaps(nearest(X, model.cluster_centers_))
        self.cluster_centers_ = model.cluster_centers_[present]
        self.prototypes_ = self.cluster_centers_
        self.n_parameters_ = self.cluster_centers_.size
        self.n_iter_ = model.n_iter_
        self.inertia_ = float(model.inertia_)

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(X, self.cluster_centers_)
