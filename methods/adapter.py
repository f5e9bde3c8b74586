"""Any scikit-learn clusterer, with the interface of Clusterer."""

import inspect
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.metaestimators import available_if

from methods.base import Clusterer, FloatArray, IntArray, means_of, without_gaps
from methods.options import options
from methods.progress import ProgressCallback


def _has_predict(adapted: "AdaptedClusterer") -> bool:
    return callable(getattr(adapted.estimator, "predict", None))


@options
class AdaptedClusterer(Clusterer):
    """A scikit-learn clusterer; its own space is the input space.

    `estimator` is cloned. The clone gets `n_clusters` and `random_state` if its constructor has these parameters.
    `cluster_centers_` are the means of each cluster's samples. A label −1 means noise. `predict` exists only if the
    estimator has it. scikit-learn's own `transform` is not used: KMeans, for example, transforms samples to distances,
    which are not a space for metrics.
    """

    estimator: Any

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        accepted = self.estimator.get_params(deep=False)
        params = {"n_clusters": self.n_clusters, "random_state": seed}
        model: BaseEstimator = clone(self.estimator).set_params(**{k: v for k, v in params.items() if k in accepted})
        labels = np.asarray(model.fit_predict(X))
        if labels.shape != (len(X),) or not np.can_cast(labels.dtype, np.int64, "same_kind"):
            raise ValueError(
                f"{type(model).__name__} returned labels of shape {labels.shape} and type {labels.dtype}; expected "
                f"({len(X)},) whole numbers."
            )
        self.labels_, present = without_gaps(labels)
        if len(present) == 0:
            raise ValueError(f"{type(model).__name__} labelled all {len(X)} samples as noise.")
        self.cluster_centers_ = means_of(X, self.labels_)
        self.n_iter_ = int(getattr(model, "n_iter_", 1) or 1)
        self._model = model
        self._present = present

    def _assign(self, X: FloatArray) -> IntArray:
        labels = np.asarray(self._model.predict(X))
        return np.where(np.isin(labels, self._present), np.searchsorted(self._present, labels), -1).astype(np.int64)

    @available_if(_has_predict)  # type: ignore[untyped-decorator]
    def predict(self, X: Any) -> IntArray:
        """Labels of samples, (n_samples,) int64; −1 is noise."""
        return super().predict(X)


def adapt(estimator: type, n_clusters: int, random_state: int, **params: Any) -> AdaptedClusterer:
    """An instance of a scikit-learn clusterer class, adapted. Raises TypeError if the class is not a clusterer."""
    if not (inspect.isclass(estimator) and callable(getattr(estimator, "fit_predict", None))):
        raise TypeError(f"{estimator!r} is not a scikit-learn clusterer: it has no fit_predict.")
    return AdaptedClusterer(estimator=estimator(**params), n_clusters=n_clusters, random_state=random_state)
