"""K-Means on the first principal components of the pixels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.decomposition import PCA

from methods.base import Clusterer, FloatArray, IntArray, nearest, without_gaps
from methods.gpu import gpu, is_gpu
from methods.options import argument, option, options
from methods.progress import ProgressCallback
from methods.restarts import k_means
from methods.values import Part

if TYPE_CHECKING:
    import torch

__all__ = ["PCAKMeans", "Projection", "fit_pca"]

_PIECE = 4096
_MOST_FEATURES = 4096
"""With more features, the covariance has no place on a GPU, or its eigenvectors take longer than scikit-learn's PCA."""


@dataclass(frozen=True)
class Projection(Part):
    """Principal components as a space: the formulas of scikit-learn's PCA."""

    mean: FloatArray
    """Of the training data, (n_features,)."""
    components: FloatArray
    """(d, n_features), one row for each component."""

    def transform(self, X: FloatArray) -> FloatArray:
        """The components of `X`, (n_samples, d) float32.

        Sums are in float64, so that the result of a row does not depend on the other rows.
        """
        pieces = np.array_split(X, max(1, len(X) // _PIECE))
        of_mean = self.mean.reshape(1, -1) @ self.components.T
        projected = [piece.astype(np.float64) @ self.components.T - of_mean for piece in pieces]
        return np.concatenate([piece.astype(np.float32) for piece in projected])

    def inverse_transform(self, positions: FloatArray) -> FloatArray:
        """The samples, (n_samples, n_features) float32, whose components are `positions`, (n_samples, d)."""
        samples: FloatArray = positions @ self.components + self.mean
        return samples


def fit_pca(X: FloatArray, n_components: int, seed: int, device: "torch.device | None" = None) -> Projection:
    """The first principal components of `X`, (n_samples, d): `n_components`, or fewer if `X` has fewer.

    A `device` of type cuda computes them exactly, from at most 4,096 features. Otherwise scikit-learn's PCA computes
    them, which is approximate for many features and then uses `seed`.
    """
    n_components = min(n_components, *X.shape)
    if is_gpu(device) and X.shape[1] <= _MOST_FEATURES:
        from methods.device_pca import device_pca  # here: torch takes seconds to load

        mean, components = device_pca(X, n_components, device)
    else:
        model = PCA(n_components, random_state=seed).fit(X)
        mean, components = model.mean_, model.components_
    # in one piece of memory, because the order of its values is kept with a saved model, and sums depend on it
    return Projection(mean, np.asfortranarray(components))


@options
class PCAKMeans(Clusterer):
    """K-Means (k-means++) on principal components, which are the method's own space.

    `score` is minus the inertia: the sum of squared distances to the nearest centre, in principal components.

    On a GPU with CUDA, `fit` computes the components, of at most 4,096 features, and the clusters in float64. All other
    devices use scikit-learn on the processor.

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
    device: str = argument("str", "device of fit: auto, cpu, cuda, cuda:1 or mps", default="auto")

    _fitted = ("_pca", "prototypes_", "n_parameters_")
    _may_be_fitted = ("device_", "precision_")  # models of earlier versions lack them

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        device = gpu(self.device)
        self._pca = fit_pca(X, self.n_components, seed % 2**32, device)
        components = self.embedding_ = self._embed(X)
        centers, _, _, self.n_iter_ = k_means(
            components, self.n_clusters, n_init=self.n_init, seed=seed % 2**32, device=device
        )
        self.labels_, present = without_gaps(nearest(components, centers))
        self.cluster_centers_ = centers[present]
        self.prototypes_ = self._pca.inverse_transform(self.cluster_centers_)
        self.n_parameters_ = self._pca.components.size + self.cluster_centers_.size
        self.device_, self.precision_ = ("cpu", "float32") if device is None else (str(device), "float64")

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._pca.transform(X)

    @property
    def is_invertible(self) -> bool:
        """True: components are mapped to the input linearly."""
        return True

    def _decode(self, positions: FloatArray) -> FloatArray:
        return self._pca.inverse_transform(positions)

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(self._embed(X), self.cluster_centers_)
