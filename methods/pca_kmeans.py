"""K-Means on the first principal components of the pixels."""

import numpy as np
from sklearn import cluster
from sklearn.decomposition import PCA

from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.options import option, options
from methods.progress import ProgressCallback

__all__ = ["PCAKMeans", "fit_pca", "project"]

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
    """K-Means (k-means++) on principal components, which are the method's own space.

    `score` is minus the inertia: the sum of squared distances to the nearest centre, in principal components.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, d), float32
        Centres; d is `n_components`, or fewer if the data have fewer samples or features.
    embedding_ : ndarray of shape (n_samples, d), float32
        Principal components of the training data.
    prototypes_ : ndarray of shape (n_found, n_features), float32
        Centres, mapped back to the input.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid.

    References
    ----------
    Ding & He 2004, "K-means clustering via principal component analysis".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data[:200] / 16
    >>> fitted = PCAKMeans(n_clusters=10, n_components=20, random_state=0).fit(X)
    >>> fitted.labels_.shape, fitted.transform(X).shape
    ((200,), (200, 20))
    >>> reconstructed = fitted.inverse_transform(fitted.transform(X))
    >>> bool(((reconstructed - X) ** 2).mean() < X.var())
    True
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

    @property
    def is_invertible(self) -> bool:
        """True: components are mapped to the input linearly."""
        return True

    def _decode(self, positions: FloatArray) -> FloatArray:
        decoded: FloatArray = self._pca.inverse_transform(positions)
        return decoded

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(self._embed(X), self.cluster_centers_)
