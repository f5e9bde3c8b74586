"""Any scikit-learn clusterer, with the interface of Clusterer."""

import inspect
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.metaestimators import available_if

from methods.base import Clusterer, FloatArray, IntArray, means_of, without_gaps
from methods.options import argument, options
from methods.progress import ProgressCallback

__all__ = ["AdaptedClusterer", "adapt"]


def _has_predict(adapted: "AdaptedClusterer") -> bool:
    return callable(getattr(adapted.estimator, "predict", None))


@options
class AdaptedClusterer(Clusterer):
    """A scikit-learn clusterer; its own space is the input space.

    The clone gets `n_clusters` and `random_state` if its constructor has these parameters. `predict` exists only if the
    estimator has it. scikit-learn's own `transform` is not used: KMeans, for example, transforms samples to distances,
    which are not a space for metrics. The estimator may scale the features itself, so there is no warning about them.

    `score` is minus the sum of squared distances of samples to the nearest mean of a cluster.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_features), float32
        Means of each cluster's samples, without noise.

    Raises
    ------
    ValueError
        By `fit`, if the estimator labels all samples as noise or does not return one whole number for each sample.

    Examples
    --------
    >>> from sklearn.cluster import Birch
    >>> fitted = AdaptedClusterer(2, estimator=Birch(threshold=0.1)).fit([[0.0], [0.1], [1.0]])
    >>> fitted.cluster_centers_.shape
    (2, 1)
    """

    estimator: Any = argument("scikit-learn clusterer", "the estimator, which is cloned")

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

    def _doubts(self, X: FloatArray) -> list[Warning]:
        return []

    def _doubts_of_the_result(self) -> list[Warning]:
        """Nothing about another number of clusters: the estimator may have no option for it."""
        return super()._doubts_of_the_result() if len(self.cluster_centers_) == self.n_clusters else []

    @available_if(_has_predict)  # type: ignore[untyped-decorator]
    def predict(self, X: Any) -> IntArray:
        """The cluster of each sample, if the estimator has `predict`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the training data
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,), int64
            Labels; −1 is noise.
        """
        return super().predict(X)


def adapt(estimator: type, n_clusters: int, random_state: int, **params: Any) -> AdaptedClusterer:
    """An instance of a scikit-learn clusterer class, adapted. Raises TypeError if the class is not a clusterer."""
    if not (inspect.isclass(estimator) and callable(getattr(estimator, "fit_predict", None))):
        raise TypeError(f"{estimator!r} is not a scikit-learn clusterer: it has no fit_predict.")
    return AdaptedClusterer(estimator=estimator(**params), n_clusters=n_clusters, random_state=random_state)
