"""K-Means on the first principal components of the pixels."""

from typing import Any

import numpy as np
from sklearn import cluster
from sklearn.decomposition import PCA

from methods import parameters
from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.progress import ProgressCallback

_PIECE = 4096


def fit_pca(X: FloatArray, n_components: int, seed: int) -> PCA:
    """The first principal components, no more than `X`, (n_samples, d), has of them."""
    return PCA(min(n_components, *X.shape), random_state=seed).fit(X)


def project(pca: PCA, X: FloatArray) -> FloatArray:
    """The components of `X`, (n_samples, n_components) float32, summed in float64: a row's company is no matter."""
    pieces = np.array_split(X, max(1, len(X) // _PIECE))
    return np.concatenate([pca.transform(piece.astype(np.float64)).astype(np.float32) for piece in pieces])


class PCAKMeans(Clusterer):
    """K-Means (k-means++) on principal components (Ding & He 2004), which are its own space.

    `prototypes_` are the centres, taken back to pixels.
    """

    parameters = parameters.PCA_KMEANS

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        n_components: int = 50,
        n_init: int = 10,
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_components = n_components
        self.n_init = n_init
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._pca = fit_pca(X, self.n_components, seed % 2**32)
        components = self.embedding_ = self._embed(X)
        model = cluster.KMeans(self.n_clusters, n_init=self.n_init, random_state=seed % 2**32).fit(components)
        self.labels_, found = without_gaps(nearest(components, model.cluster_centers_))
        self.cluster_centers_ = model.cluster_centers_[found]
        self.prototypes_ = self._pca.inverse_transform(self.cluster_centers_)
        self.n_parameters_ = self._pca.components_.size + self.cluster_centers_.size
        self.n_iter_ = model.n_iter_

    def _embed(self, X: FloatArray) -> FloatArray:
        return project(self._pca, X)

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        given_back: FloatArray = self._pca.inverse_transform(self._embed(X))
        return given_back

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(self._embed(X), self.cluster_centers_)
