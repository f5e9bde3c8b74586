"""K-Means on the first principal components of the pixels."""

import numpy as np
from sklearn import cluster
from sklearn.decomposition import PCA

from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.options import option, options
from methods.progress import ProgressCallback

_PIECE = 4096


def fit_pca(X: FloatArray, n_components: int, seed: int) -> PCA:
    """The first principal components of `X`, (n_samples, d): `n_components`, or fewer if `X` has fewer."""
    return PCA(min(n_components, *X.shape), random_state=seed).fit(X)


def project(pca: PCA, X: FloatArray) -> FloatArray:
    """The components of `X`, (n_samples, n_components) float32.

    Sums are in float64, so that the result of a row does not depend on the other rows.
    """
    pieces = np.array_split(X, max(1, len(X) // _PIECE))
    return np.concatenate([pca.transform(piece.astype(np.float64)).astype(np.float32) for piece in pieces])


@options
class PCAKMeans(Clusterer):
    """K-Means (k-means++) on principal components (Ding & He 2004), which are the method's own space.

    `prototypes_` are the centres, mapped back to pixels.
    """

    n_components: int = option(50, "number of principal components, at most", low=1)
    n_init: int = option(10, "restarts of K-Means", low=1)

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._pca = fit_pca(X, self.n_components, seed % 2**32)
        components = self.embedding_ = self._embed(X)
        model = cluster.KMeans(self.n_clusters, n_init=self.n_init, random_state=seed % 2**32).fit(components)
        self.labels_, present = without_gaps(nearest(components, model.cluster_centers_))
        self.cluster_centers_ = model.cluster_centers_[present]
        self.prototypes_ = self._pca.inverse_transform(self.cluster_centers_)
        self.n_parameters_ = self._pca.components_.size + self.cluster_centers_.size
        self.n_iter_ = model.n_iter_

    def _embed(self, X: FloatArray) -> FloatArray:
        return project(self._pca, X)

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        reconstruction: FloatArray = self._pca.inverse_transform(self._embed(X))
        return reconstruction

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(self._embed(X), self.cluster_centers_)
