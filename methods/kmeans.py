"""K-Means on the input features: raw pixels for images."""

from typing import Literal

import numpy as np

from methods.base import FloatArray, IntArray, inertia, nearest, without_gaps
from methods.gpu import gpu
from methods.incremental import IncrementalClusterer
from methods.mini_batches import MiniBatches
from methods.options import argument, option, options
from methods.progress import ProgressCallback
from methods.restarts import k_means

__all__ = ["KMeans"]


@options
class KMeans(IncrementalClusterer):
    """scikit-learn's K-Means in float32.

    Elkan's bounds avoid most distances of a pass; the assignments differ only by rounding. The method's own space is
    the input space. Its centres are its prototypes. `score` is minus the inertia, as in scikit-learn.

    On a GPU with CUDA, `fit` computes all restarts at once in float64, from the starts that scikit-learn draws. Each
    restart ends where scikit-learn's would end with samples in float64. In float32, rounding decides between two
    centres at nearly equal distances, so a restart on the processor may end elsewhere. All other devices use
    scikit-learn on the processor.

    `partial_fit` is another algorithm: scikit-learn's `MiniBatchKMeans` (Sculley 2010). A batch is assigned to the
    centres, and each centre becomes the mean of all samples that were ever assigned to it. Earlier samples are not
    assigned again, so the result differs from `fit` on the same samples: it depends on their order, and its inertia is
    higher, by 3 to 4 % on scikit-learn's digits in six batches. The first call draws the first centres, once, from its
    batch: shuffle the samples before they are cut into batches. A cluster with less than 1 % of the samples of the
    largest one may get a new centre. After `fit`, `partial_fit` continues with the centres and sizes of the clusters;
    `tol`, `max_iter`, `n_init`, `algorithm` and `device` have no effect on it. All centres stay, also those without
    samples in the batch.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_features), float32
        Centres, which are also `prototypes_`.
    inertia_ : float
        Sum of squared distances of the samples to their nearest centre; after `partial_fit`, of the last batch.

    Raises
    ------
    ValueError
        By `fit` and `partial_fit`, if an option or the data are not valid. By `partial_fit`, if `n_clusters` is not the
        number of centres that there are.

    References
    ----------
    Lloyd 1982, "Least squares quantization in PCM".
    Arthur & Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
    Elkan 2003, "Using the triangle inequality to accelerate k-means".
    Sculley 2010, "Web-scale k-means clustering".

    Examples
    --------
    >>> kmeans = KMeans(n_clusters=2, random_state=0)
    >>> first, second, third = kmeans.fit_predict([[0.0], [0.1], [1.0]])
    >>> bool(first == second != third)
    True
    >>> kmeans.cluster_centers_.shape, round(kmeans.score([[0.0], [0.1], [1.0]]), 3)
    ((2, 1), -0.005)

    >>> batches = KMeans(n_clusters=2, random_state=0).partial_fit([[0.0], [1.0]]).partial_fit([[0.2]])
    >>> sorted(round(float(x), 3) for x in batches.cluster_centers_.ravel()), batches.labels_.shape
    ([0.1, 1.0], (1,))
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
        "elkan", "how a pass is computed on the processor; the clusters are the same", source="Elkan 2003"
    )
    device: str = argument("str", "device of fit: auto, cpu, cuda, cuda:1 or mps", default="auto")

    _fitted = ("prototypes_", "n_parameters_", "inertia_", "_mini_batches")
    _may_be_fitted = ("device_", "precision_")  # models of earlier versions lack them

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        bounded = self.n_clusters > 1  # Elkan's bounds are between clusters: scikit-learn warns if there is only one
        device = gpu(self.device)
        centers, _, inertia, self.n_iter_ = k_means(
            X,
            self.n_clusters,
            n_init=self.n_init,
            seed=seed,
            device=device,
            init=self.init,
            max_iter=self.max_iter,
            tol=self.tol,
            algorithm=self.algorithm if bounded else "lloyd",
        )
        self.labels_, present = without_gaps(nearest(X, centers))
        self.cluster_centers_ = self.prototypes_ = centers[present]
        self.n_parameters_ = self.cluster_centers_.size
        self.inertia_ = float(inertia)
        self.device_, self.precision_ = ("cpu", "float32") if device is None else (str(device), "float64")
        self._mini_batches: MiniBatches | None = None  # not a field of the class: those are options

    def _first_fit(self, X: FloatArray, seed: int) -> None:
        self.n_iter_ = 0
        self._set(MiniBatches.first(X, self.n_clusters, self.init, seed), X)

    def _partial_fit(self, X: FloatArray, seed: int) -> None:
        if self.n_clusters != len(self.cluster_centers_):
            raise ValueError(
                f"n_clusters={self.n_clusters}, but partial_fit continues with {len(self.cluster_centers_)} centres; "
                f"expected n_clusters={len(self.cluster_centers_)}, or call fit, which starts from scratch."
            )
        before = self._mini_batches or MiniBatches.of_clusters(
            self.cluster_centers_, np.bincount(self.labels_, minlength=self.n_clusters), seed
        )
        self._set(before.next(X), X)

    def _set(self, state: MiniBatches, X: FloatArray) -> None:
        """Set the attributes after the batch `X`."""
        self._mini_batches = state
        self.cluster_centers_ = self.prototypes_ = state.centers
        self.labels_ = nearest(X, state.centers)
        self.inertia_ = inertia(X, state.centers)
        self.n_parameters_ = state.centers.size
        self.n_iter_ += 1
        self.device_, self.precision_ = "cpu", "float32"

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(X, self.cluster_centers_)
