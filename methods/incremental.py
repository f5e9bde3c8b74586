"""Clusterers that continue on batches: `partial_fit`."""

from abc import abstractmethod
from typing import Any, Self

from methods.base import Clusterer, FloatArray
from methods.fit_warnings import warn

__all__ = ["IncrementalClusterer"]


class IncrementalClusterer(Clusterer):
    """A clusterer that can learn from one batch of samples after another."""

    def partial_fit(self, X: Any, y: object = None) -> Self:
        """Continue with a batch of samples. The first call on an estimator that is not fitted is the start.

        It may follow `fit`, `methods.load` or another `partial_fit`. Equal seeds and equal batches in equal order give
        equal bits. The docstring of the class says how a batch changes the clusters.

        Afterwards, `labels_` has the labels of this batch only, equal to `predict(X)`: a batch need not have samples of
        all clusters. `n_iter_` counts each batch as one pass. `random_state` matters only where the class draws.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the first batch
            Finite numbers. The first batch has at least `n_clusters` samples, a later one has at least one.
        y : ignored
            True labels never reach a method.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an option is not valid, if `X` is not finite and numeric or has other features than the samples before
            it, or if an option no longer fits what has been learnt.

        Warns
        -----
        UserWarning
            By the first call, under the same conditions as `fit`, apart from lost clusters.
        """
        if self.__sklearn_is_fitted__():
            self._check_options()
            self._partial_fit(self._checked(X), self._seed())
            return self
        X = self._checked_training_data(X)
        for warning in self._doubts(X):
            warn(warning)
        self.history_ = {}
        self.phase_seconds_ = {}
        self._first_fit(X, self._seed())
        self._n_features_out = self.cluster_centers_.shape[1]
        return self

    @abstractmethod
    def _first_fit(self, X: FloatArray, seed: int) -> None:
        """Learn from checked data of the first batch and set the attributes that `_fit` sets."""

    @abstractmethod
    def _partial_fit(self, X: FloatArray, seed: int) -> None:
        """Continue with checked data and set the same attributes. Raises ValueError if an option does not fit."""
