"""Any scikit-learn clusterer brought under Clusterer."""

import inspect
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.metaestimators import available_if

from methods.base import Clusterer, FloatArray, IntArray, means_of, without_gaps
from methods.progress import ProgressCallback


def _has_predict(adapted: "AdaptedClusterer") -> bool:
    return callable(getattr(adapted.estimator, "predict", None))


class AdaptedClusterer(Clusterer):
    """A scikit-learn clusterer that decides in the input space.

    `estimator` is cloned; `n_clusters` and `random_state` are given to the clone where its constructor takes them.
    `cluster_centers_` are the means of each cluster's samples. A label −1 means noise. There is a `predict` only
    where the estimator has one. scikit-learn's own `transform` is not used: that of its KMeans is a matrix of
    distances, no space to measure in.
    """

    def __init__(self, estimator: Any, n_clusters: int = 10, *, random_state: Any = None) -> None:
        self.estimator = estimator
        self.n_clusters = n_clusters
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        taken = self.estimator.get_params(deep=False)
        given = {"n_clusters": self.n_clusters, "random_state": seed}
        model: BaseEstimator = clone(self.estimator).set_params(**{k: v for k, v in given.items() if k in taken})
        labels = np.asarray(model.fit_predict(X))
        if labels.shape != (len(X),) or not np.can_cast(labels.dtype, np.int64, "same_kind"):
            raise ValueError(
                f"{type(model).__name__} gave labels of shape {labels.shape} and type {labels.dtype}; expected "
                f"({len(X)},) whole numbers."
            )
        self.labels_, found = without_gaps(labels)
        if len(found) == 0:
            raise ValueError(f"{type(model).__name__} called all of the {len(X)} samples noise.")
        self.cluster_centers_ = means_of(X, self.labels_)
        self.n_iter_ = int(getattr(model, "n_iter_", 1) or 1)
        self._model = model
        self._found = found

    def _assign(self, X: FloatArray) -> IntArray:
        predicted = np.asarray(self._model.predict(X))
        return np.where(np.isin(predicted, self._found), np.searchsorted(self._found, predicted), -1).astype(np.int64)

    @available_if(_has_predict)  # type: ignore[untyped-decorator]
    def predict(self, X: Any) -> IntArray:
        """Labels of samples, (n_samples,) int64; −1 is noise."""
        return super().predict(X)


def adapt(estimator: type, n_clusters: int, random_state: int, **params: Any) -> AdaptedClusterer:
    """An instance of a scikit-learn clusterer class under Clusterer. Raises TypeError if it is none."""
    if not (inspect.isclass(estimator) and callable(getattr(estimator, "fit_predict", None))):
        raise TypeError(f"{estimator!r} is no scikit-learn clusterer: it has no fit_predict.")
    return AdaptedClusterer(estimator(**params), n_clusters, random_state=random_state)
