"""Any class that clusters, with the interface of Clusterer."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.metaestimators import available_if

from methods import contract
from methods.base import Clusterer, FloatArray, IntArray, means_of, without_gaps
from methods.global_random_state import seeded_globally
from methods.options import argument, options
from methods.progress import ProgressCallback

__all__ = ["AdaptedClusterer", "adapt"]


def _has_predict(adapted: "AdaptedClusterer") -> bool:
    return contract.has_predict(adapted.estimator)


@options
class AdaptedClusterer(Clusterer):
    """A class that clusters, such as one of scikit-learn; its own space is the input space.

    `fit` makes an instance of the class. The instance gets the number of clusters under the name that the class has for
    it (`methods.contract.COUNT_OPTIONS`), and `random_state`, if its constructor has these arguments. `predict` exists
    only if the class has it. Its `transform` is not used: that of KMeans, for example, maps samples to distances, which
    are not a space for metrics. The class may scale the features itself, so there is no warning about them.

    While the class is constructed and fitted, the global random generators of Python, numpy and torch begin with
    `random_state`. Afterwards they are as before.

    Labels are whole numbers of any numeric type. They are numbered 0, 1, 2 … in their order; −1 stays noise. All of
    them may be noise: then there is no cluster.

    `score` is minus the sum of squared distances of samples to the nearest mean of a cluster.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_features), float32
        Means of each cluster's samples, without noise; no rows if all samples are noise.

    Raises
    ------
    ValueError
        By `fit`, if the class changes an `X` that is read-only, or does not give one whole number, −1 or above, for
        each sample. By `score`, if all samples of the fit are noise.

    Examples
    --------
    >>> from sklearn.cluster import Birch
    >>> fitted = AdaptedClusterer(2, estimator=Birch, arguments={"threshold": 0.1}).fit([[0.0], [0.1], [1.0]])
    >>> fitted.cluster_centers_.shape
    (2, 1)
    """

    estimator: Any = argument("class", "the class; it has `fit_predict`, or `fit` that sets `labels_`")
    arguments: Mapping[str, Any] | None = argument(
        "dict or None", "further arguments of its constructor, by name; none: its defaults", default=None
    )

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        given = contract.arguments_of(self.estimator, self.n_clusters, seed, self.arguments or {})
        with seeded_globally(seed):
            model = self.estimator(**given)
            labels = _labels_of(model, X)
        self.labels_, present = without_gaps(labels)
        self.cluster_centers_ = means_of(X, self.labels_)
        n_iter = getattr(model, "n_iter_", None)
        self.n_iter_ = max(1, int(n_iter)) if isinstance(n_iter, Integral) else 0
        self._model = model
        self._present = present

    def _assign(self, X: FloatArray) -> IntArray:
        labels = whole_numbers(self._model.predict(X), len(X), f"predict of {self.estimator.__name__} returned")
        return np.where(np.isin(labels, self._present), np.searchsorted(self._present, labels), -1).astype(np.int64)

    def _score(self, X: FloatArray) -> float:
        if len(self.cluster_centers_) == 0:
            raise ValueError(f"{self.estimator.__name__} found no cluster: all samples are noise; there is no score.")
        return super()._score(X)

    def _doubts(self, X: FloatArray) -> list[Warning]:
        return []

    def _doubts_of_the_result(self) -> list[Warning]:
        """Nothing about another number of clusters: the class may have no option for it."""
        return super()._doubts_of_the_result() if len(self.cluster_centers_) == self.n_clusters else []

    @available_if(_has_predict)  # type: ignore[untyped-decorator]
    def predict(self, X: Any) -> IntArray:
        """The cluster of each sample, if the class has `predict`.

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


def _labels_of(model: Any, X: FloatArray) -> IntArray:
    """The labels that an instance of a third-party class gives the samples. Raises ValueError if they are not valid."""
    name = type(model).__name__
    try:
        if callable(getattr(model, "fit_predict", None)):
            return whole_numbers(model.fit_predict(X), len(X), f"fit_predict of {name} returned")
        model.fit(X)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        remedy = "X may be shared and cannot be changed: let the class change a copy, X = X.copy()."
        raise ValueError(f"{str(error).rstrip('.')}; {remedy}") from error
    if getattr(model, "labels_", None) is None:
        raise ValueError(f"fit of {name} set no labels_; expected one whole number for each row of X.")
    return whole_numbers(model.labels_, len(X), f"fit of {name} set")


def whole_numbers(labels: Any, n_samples: int, what: str) -> IntArray:
    """Labels of a third-party class, (n_samples,), as int64. Whole numbers of any numeric type are valid.

    Raises ValueError, one line that begins with `what`, for any other shape or type, and for numbers below −1.

    >>> whole_numbers([0.0, 2.0, -1.0], 3, "fit_predict of Mine returned")
    array([ 0,  2, -1])
    >>> whole_numbers([0.5, 1.0], 2, "fit_predict of Mine returned")
    Traceback (most recent call last):
    ...
    ValueError: fit_predict of Mine returned 0.5 as a label; expected whole numbers, -1 for noise.
    """
    if np.ma.is_masked(labels):
        raise ValueError(f"{what} masked labels; expected a whole number for each sample, -1 for noise.")
    try:
        given = np.asarray(labels)
    except ValueError:  # lists of different lengths
        given = np.array(None)
    if given.shape == ():
        raise ValueError(f"{what} {_a(labels)}; expected labels: one whole number for each of the {n_samples} samples.")
    if given.shape != (n_samples,):
        remedy = _remedy(given.shape, n_samples)
        raise ValueError(f"{what} labels of shape {given.shape}; expected ({n_samples},), one for each sample{remedy}.")
    if given.dtype.kind == "O" and all(isinstance(each, Real) for each in given):
        given = np.array(given.tolist())
        if given.dtype.kind == "O":  # fractions, or integers beyond 64 bits
            given = np.array([float(each) for each in given])
    if given.dtype.kind not in "biuf":
        raise ValueError(f"{what} labels of type {_type_of(given)}; expected whole numbers, -1 for noise.")
    with np.errstate(invalid="ignore"):  # not a number, and numbers that are too large: refused in the next lines
        numbers = given.astype(np.int64)
    if (wrong := given[numbers != given]).size:
        raise ValueError(f"{what} {wrong[0]:g} as a label; expected whole numbers, -1 for noise.")
    if (below := numbers[numbers < -1]).size:
        raise ValueError(f"{what} {below[0]} as a label of {_samples(below.size)}; expected 0 or more; -1: noise.")
    return numbers


def _a(labels: Any) -> str:
    """What came instead of labels, in words."""
    if labels is None:
        return "None"
    if isinstance(labels, list | tuple):
        return f"a {type(labels).__name__} whose parts differ in length"
    return f"an object of type {type(labels).__name__}"


def _remedy(shape: tuple[int, ...], n_samples: int) -> str:
    if shape == (n_samples, 1):
        return ": use ravel()"
    return ": use argmax(axis=1)" if len(shape) == 2 and shape[0] == n_samples else ""


def _samples(number: int) -> str:
    return f"{number} sample{'s' * (number != 1)}"


def _type_of(labels: NDArray[Any]) -> str:
    """The type of labels in words: that of the first one that is no number, if they are Python objects or texts."""
    if labels.dtype.kind in "USO":
        return next(type(each).__name__ for each in labels.tolist() if not isinstance(each, Real))
    return str(labels.dtype)


def adapt(
    estimator: type, n_clusters: int | None = None, random_state: int | None = None, **arguments: Any
) -> Clusterer:
    """A class that clusters, adapted, with arguments of its constructor.

    A subclass of Clusterer is not adapted: that would hide its space. `n_clusters`: None if the class gets no number
    of clusters. An option of this name is None then.
    """
    if issubclass(estimator, Clusterer):
        counted: dict[str, Any] = {} if n_clusters is None else {"n_clusters": n_clusters}
        own: Clusterer = estimator(**counted, random_state=random_state, **arguments)
        return own
    if n_clusters is None:
        if "n_clusters" in contract.constructor_options(estimator):
            arguments["n_clusters"] = None
        return AdaptedClusterer(1, estimator=estimator, arguments=arguments, random_state=random_state)
    return AdaptedClusterer(n_clusters, estimator=estimator, arguments=arguments, random_state=random_state)
