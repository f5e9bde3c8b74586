"""Clusterer: the interface that every method has."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.metrics import pairwise_distances_argmin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from methods.options import ClustererOptions, parameters_of
from methods.progress import ProgressCallback, no_progress
from methods.trace import Trace

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Clusterer(
    ClustererOptions,
    ClassNamePrefixFeaturesOutMixin,  # type: ignore[misc]
    TransformerMixin,  # type: ignore[misc]
    ClusterMixin,  # type: ignore[misc]
    BaseEstimator,  # type: ignore[misc]
    ABC,
):
    """A scikit-learn clusterer with a space of its own, in which it assigns samples to clusters.

    `X` is two-dimensional, (n_samples, n_features), and is converted to float32. An image is one row: height × width ×
    channel, flattened, with pixels in [0, 1].

    A subclass declares its options as fields, under the decorator `methods.options.options`. It implements `_fit` and
    `_assign`. It also implements `_embed` if it learns a space, `_reconstruct` if it can map that space to the input,
    and `_soft_assign` if it has soft assignments. `fit` sets

    labels_ : (n_samples,) int64, 0 … n_found − 1 without gaps; equal to `predict(X)`. −1 is noise, which only
        third-party methods have
    cluster_centers_ : (n_found, d) in the space of `transform`
    embedding_ : (n_samples, d) `transform` of the training data, or None if the method learns no space
    prototypes_ : (n_prototypes, n_features) vectors that represent samples in the input space, or None
    soft_assignments_ : (n_samples, n_found), rows sum to 1, or None
    grid_shape_ : (rows, columns) of the map that the prototypes form, row by row, or None
    n_parameters_ : how many numbers the method has learnt, or None if this is not known
    n_iter_ : passes over the data, pretraining included
    history_ : one value per epoch and name; empty if the method records no losses
    trace_ : labels during the fit, with their times, or None if they are not kept
    phase_seconds_ : wall seconds by phase; empty if the method has one phase
    reused_seconds_ : seconds of work of an earlier call that this fit reused
    device_, precision_ : device and floating-point type of the training
    """

    labels_: IntArray
    cluster_centers_: FloatArray
    embedding_: FloatArray | None = None
    prototypes_: FloatArray | None = None
    soft_assignments_: FloatArray | None = None
    grid_shape_: tuple[int, int] | None = None
    n_parameters_: int | None = None
    n_iter_: int
    history_: Mapping[str, list[float]]
    trace_: Trace | None = None
    phase_seconds_: Mapping[str, float]
    reused_seconds_: float = 0.0
    device_: str = "cpu"
    precision_: str = "float32"

    def fit(self, X: Any, y: object = None, *, progress: ProgressCallback = no_progress) -> Self:
        """Cluster `X`; `y` is ignored.

        A method reports the progress of its long phases. Within a phase the reports are in order, and the last one has
        done == total. The exception is a phase that ends early, by `tol` or `patience`. A phase without steps has no
        report.

        Raises ValueError if an option is not valid, if `X` is not a finite numeric matrix, or if it has fewer samples
        than `n_clusters`.
        """
        X = self._checked_training_data(X)
        self.history_ = {}
        self.phase_seconds_ = {}
        self._fit(X, self._seed(), progress)
        self._n_features_out = self.cluster_centers_.shape[1]
        return self

    def predict(self, X: Any) -> IntArray:
        """Labels of samples, (n_samples,) int64, in 0 … n_found − 1."""
        return self._assign(self._checked(X))

    def transform(self, X: Any) -> FloatArray:
        """`X` in the method's own space, (n_samples, d) float32."""
        return self._embed(self._checked(X))

    def reconstruct(self, X: Any) -> FloatArray | None:
        """The reconstruction of `X` from the method's own space, (n_samples, n_features), or None without one."""
        return self._reconstruct(self._checked(X))

    def soft_assign(self, X: Any) -> FloatArray | None:
        """Soft assignments of samples to clusters, (n_samples, n_found), rows sum to 1, or None without them."""
        return self._soft_assign(self._checked(X))

    @abstractmethod
    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        """Learn from checked data and set the attributes that the class docstring lists."""

    @abstractmethod
    def _assign(self, X: FloatArray) -> IntArray:
        """Labels of checked data."""

    def _embed(self, X: FloatArray) -> FloatArray:
        """Checked data in the method's own space: the input space, unless the method learns a space."""
        return X

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        """The reconstruction of checked data: None, unless the method learns to reconstruct."""
        return None

    def _soft_assign(self, X: FloatArray) -> FloatArray | None:
        """Soft assignments of checked data: None, unless the method has soft assignments."""
        return None

    def _checked_training_data(self, X: Any) -> FloatArray:
        for parameter in parameters_of(type(self)):
            parameter.check(getattr(self, parameter.name))
        checked: FloatArray = validate_data(self, X, dtype=np.float32, order="C")
        if len(checked) < self.n_clusters:
            raise ValueError(f"n_samples={len(checked)} must be at least n_clusters={self.n_clusters}.")
        return checked

    def _checked(self, X: Any) -> FloatArray:
        check_is_fitted(self)
        checked: FloatArray = validate_data(self, X, dtype=np.float32, order="C", reset=False)
        return checked

    def _seed(self) -> int:
        """The integer from which all random numbers of a fit are derived."""
        if isinstance(self.random_state, Integral):
            if self.random_state < 0:
                raise ValueError(f"random_state={self.random_state} must be at least 0.")
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def nearest(X: FloatArray, vectors: FloatArray) -> IntArray:
    """Index of the vector nearest to each sample in Euclidean distance, (n_samples,); any one of equal vectors."""
    return np.asarray(pairwise_distances_argmin(X, vectors), dtype=np.int64)


def without_gaps(labels: NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Labels renumbered 0 … n_found − 1 in their order, and the old label of each new label; −1 stays −1.

    >>> without_gaps(np.array([5, 2, 5, -1]))
    (array([ 1,  0,  1, -1]), array([2, 5]))
    """
    present = np.unique(labels[labels >= 0])
    renumbered = np.where(labels >= 0, np.searchsorted(present, labels), -1)
    return renumbered.astype(np.int64), present.astype(np.int64)


def means_of(X: FloatArray, labels: IntArray) -> FloatArray:
    """The mean of each cluster's samples, (n_found, n_features); samples with label −1 are left out.

    >>> means_of(np.array([[0.0], [2.0], [5.0], [9.0]]), np.array([0, 0, 1, -1]))
    array([[1.],
           [5.]])
    """
    return np.stack([X[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
