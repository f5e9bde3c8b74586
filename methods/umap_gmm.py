"""A Gaussian mixture on UMAP of principal components: no network, and hard to beat."""

from typing import Any

from methods import parameters
from methods.base import Clusterer, FloatArray, IntArray, means_of
from methods.manifold import Manifold
from methods.mixture import Mixture
from methods.pca_kmeans import fit_pca, project
from methods.progress import ProgressCallback


class UMAPGMM(Clusterer):
    """PCA, then UMAP (McInnes et al. 2018), then a Gaussian mixture on the map, which is its own space.

    Ten dimensions and no least distance, as umap-learn's documentation advises for clustering. A sample that is new
    has the place of the training sample nearest to it in principal components. There is no way back from the map;
    `prototypes_` are the means of the clusters' samples.
    """

    parameters = parameters.UMAP_GMM

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        n_pca: int = 50,
        n_components: int = 10,
        n_neighbors: int = 20,
        min_dist: float = 0.0,
        n_init: int = 5,
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_pca = n_pca
        self.n_components = n_components
        self.n_neighbors = n_neighbors
        self.min_dist = min_dist
        self.n_init = n_init
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        seed %= 2**32
        self._pca = fit_pca(X, self.n_pca, seed)
        components = project(self._pca, X)
        self._map = Manifold(components, self.n_components, self.n_neighbors, self.min_dist, seed=seed)
        self.embedding_ = self._map.places
        mixture = self._mixture = Mixture(self.embedding_, self.n_clusters, self.n_init, seed)
        self.labels_ = mixture.labels
        self.cluster_centers_ = mixture.means
        self.prototypes_ = means_of(X, self.labels_)
        self.n_parameters_ = self._pca.components_.size + self.embedding_.size + mixture.n_parameters
        self.n_iter_ = mixture.n_iter

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._map.place(project(self._pca, X))

    def _assign(self, X: FloatArray) -> IntArray:
        return self._mixture.predict(self._embed(X))
