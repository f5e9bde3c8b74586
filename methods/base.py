"""Clusterer: the contract that every method keeps."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.metrics import pairwise_distances_argmin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from methods.parameters import N_CLUSTERS, Parameter, check_all
from methods.progress import ProgressCallback, no_progress
from methods.trace import Trace

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Clusterer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """A scikit-learn clusterer that says in which space it decides, and what it cost.

    `X` is two-dimensional, (n_samples, n_features), and converted to float32; images are given as
    height × width × channel, flattened, pixels in [0, 1]. A subclass implements `_fit`, `_assign` and, if it learns
    a space of its own, `_embed`, and `_reconstruct` if it knows the way back; `_soft_assign`
    if samples belong to clusters in shares. `fit` sets

    labels_ : (n_samples,) int64, 0 … n_found − 1 without gaps (−1 is noise, from third-party methods only); equal to
        `predict(X)`
    cluster_centers_ : (n_found, d) in the space of `transform`
    embedding_ : (n_samples, d) `transform` of the training data, or None if the method learns no space
    prototypes_ : (n_prototypes, n_features) vectors that stand for samples in the input space, or None
    soft_assignments_ : (n_samples, n_found), rows sum to 1, or None
    grid_shape_ : (rows, columns) of the map that the prototypes form, row by row, or None
    n_parameters_ : numbers learnt, or None where a method cannot tell
    n_iter_ : passes over the data, pretraining included
    history_ : one value per epoch and name; empty where a method keeps none
    trace_ : labels on the way and when they were there, or None where none were asked for
    phase_seconds_ : wall seconds by phase; empty where a method has one phase
    reused_seconds_ : seconds of work that an earlier call did and this one reused
    device_, precision_ : where and in which floating-point type the method trained
    """

    parameters: ClassVar[tuple[Parameter, ...]] = ()

    n_clusters: int
    random_state: Any

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

        Raises ValueError if a parameter is not valid, if `X` is not a finite numeric matrix, or if it has fewer
        samples than `n_clusters`.
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
        """`X` in the space in which the method decides, (n_samples, d) float32."""
        return self._embed(self._checked(X))

    def reconstruct(self, X: Any) -> FloatArray | None:
        """`X` as the method gives it back from its own space, (n_samples, n_features), or None if it cannot."""
        return self._reconstruct(self._checked(X))

    def soft_assign(self, X: Any) -> FloatArray | None:
        """Shares in which each sample belongs to the clusters, (n_samples, n_clusters), rows sum to 1, or None."""
        return self._soft_assign(self._checked(X))

    @abstractmethod
    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        """Learn from checked data and set every attribute of the contract."""

    @abstractmethod
    def _assign(self, X: FloatArray) -> IntArray:
        """Labels of checked data."""

    def _embed(self, X: FloatArray) -> FloatArray:
        """Checked data in the method's own space: the input, unless the method learns another."""
        return X

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        """Checked data, encoded and decoded: None, unless the method learns both ways."""
        return None

    def _soft_assign(self, X: FloatArray) -> FloatArray | None:
        """Soft assignments of checked data: None, unless the method has any."""
        return None

    def _checked_training_data(self, X: Any) -> FloatArray:
        check_all((N_CLUSTERS, *self.parameters), self.get_params(deep=False))
        checked: FloatArray = validate_data(self, X, dtype=np.float32, order="C")
        if len(checked) < self.n_clusters:
            raise ValueError(f"n_samples={len(checked)} must be at least n_clusters={self.n_clusters}.")
        return checked

    def _checked(self, X: Any) -> FloatArray:
        check_is_fitted(self)
        checked: FloatArray = validate_data(self, X, dtype=np.float32, order="C", reset=False)
        return checked

    def _seed(self) -> int:
        """The integer that all randomness of a fit derives from."""
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
    """Index of the vector nearest to each sample in Euclidean distance, by matrix products; of equal vectors any."""
    return np.asarray(pairwise_distances_argmin(X, vectors), dtype=np.int64)


def without_gaps(labels: NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Labels renumbered 0 … n_found − 1 in their order, and the old label of each new one; −1 stays −1.

    >>> without_gaps(np.array([5, 2, 5, -1]))
    (array([ 1,  0,  1, -1]), array([2, 5]))
    """
    found = np.unique(labels[labels >= 0])
    renumbered = np.where(labels >= 0, np.searchsorted(found, labels), -1)
    return renumbered.astype(np.int64), found.astype(np.int64)


def means_of(X: FloatArray, labels: IntArray) -> FloatArray:
    """The mean of each cluster's samples, (n_found, n_features); −1 is none.

    >>> means_of(np.array([[0.0], [2.0], [5.0], [9.0]]), np.array([0, 0, 1, -1]))
    array([[1.],
           [5.]])
    """
    return np.stack([X[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
