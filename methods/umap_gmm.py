"""A Gaussian mixture on the UMAP of principal components: a strong baseline without a network."""

from methods.base import FloatArray, means_of
from methods.gpu import gpu
from methods.manifold import Manifold, umap_embedding
from methods.mixture import Mixture, MixtureClusterer
from methods.options import argument, option, options
from methods.pca_kmeans import fit_pca
from methods.progress import ProgressCallback

__all__ = ["UMAPGMM"]

_UMAP = "McInnes et al. 2018, UMAP"


@options
class UMAPGMM(MixtureClusterer):
    """PCA, then UMAP, then a Gaussian mixture on the map, which is the method's own space.

    The defaults, ten dimensions and a least distance of 0, follow the advice of umap-learn's documentation for
    clustering. A new sample gets the position of the training sample that is nearest in principal components. The map
    has no way back to the input. With CUDA the GPU finds the neighbours for UMAP and fits the mixture, see `device`.

    `predict_proba` has the posterior probabilities of the mixture. `score` is the mean log-likelihood of samples on
    the map, in nats: minus the loss that the mixture minimises.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_components), float32
        Means of the mixture.
    embedding_ : ndarray of shape (n_samples, n_components), float32
        The map of the training data.
    prototypes_ : ndarray of shape (n_found, n_features), float32
        Means of the clusters' samples.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid.
    ImportError
        By `fit`, if umap-learn is not installed: `pip install 'dec-bench[manifold]'`.

    References
    ----------
    McInnes et al. 2018, "UMAP: uniform manifold approximation and projection for dimension reduction".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data[:100] / 16
    >>> fitted = UMAPGMM(n_clusters=5, n_init=1, random_state=0).fit(X)
    >>> fitted.transform(X).shape, fitted.predict_proba(X).shape
    ((100, 10), (100, 5))
    """

    n_pca: int = option(50, "number of principal components that UMAP maps, at most", low=1)
    n_components: int = option(10, "dimensions of the map", low=1, source=_UMAP)
    n_neighbors: int = option(20, "neighbours of a sample in the graph", low=2, source=_UMAP)
    min_dist: float = option(0.0, "least distance of points on the map", low=0, high=1, source=_UMAP)
    n_init: int = option(5, "restarts of the mixture", low=1)

    device: str = argument("str", "device of neighbours and mixture: auto, cpu, cuda, cuda:1 or mps", default="auto")

    _fitted = ("_pca", "_map", "prototypes_", "n_parameters_")
    _may_be_fitted = ("device_",)  # models of earlier versions lack it

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        seed %= 2**32
        device = gpu(self.device)
        self._pca = fit_pca(X, self.n_pca, seed, device)
        components = self._pca.transform(X)
        self.embedding_ = umap_embedding(
            components, self.n_components, self.n_neighbors, self.min_dist, seed=seed, device=device
        )
        self._map = Manifold(components, self.embedding_)
        mixture = self._mixture = Mixture(self.embedding_, self.n_clusters, self.n_init, seed, device=device)
        self.device_ = "cpu" if device is None else str(device)
        self.labels_ = mixture.labels
        self.cluster_centers_ = mixture.means
        self.prototypes_ = means_of(X, self.labels_)
        self.n_parameters_ = self._pca.components.size + self.embedding_.size + mixture.n_parameters
        self.n_iter_ = mixture.n_iter

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._map.position_of(self._pca.transform(X))
