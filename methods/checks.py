"""Checks of a class that clusters, for the tests of a package with a plug-in."""

import pickle
import random
import tempfile
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.datasets import make_blobs
from sklearn.utils.estimator_checks import check_estimator

from methods import contract
from methods.adapter import adapt
from methods.base import Clusterer, FloatArray
from methods.registry import METHODS, method_plugins

__all__ = ["check_method"]

N_CLUSTERS = 3


def check_method(cls: type, **options: Any) -> None:
    """Check a class as a method of the benchmark; for a test of its package. It takes about a second.

    Every class: it keeps the contract of an own class; it fits float32 samples that are read-only; equal seeds give
    equal labels.

    A subclass of scikit-learn's BaseEstimator also passes scikit-learn's checks. A subclass of `methods.base.Clusterer`
    also leaves the global random states of Python, NumPy and torch as they are; those of other classes are restored
    after a fit. Its labels are equal to `predict` and, if its package is installed as a plug-in, its saved model
    predicts the same.

    Parameters
    ----------
    cls : type
        The class.
    **options
        Options that make its fits quick. The number of clusters and the seed are given here.

    Raises
    ------
    AssertionError
        If a check fails; the message says which one.
    ValueError
        If the class does not keep the contract, or a fit fails.

    Examples
    --------
    >>> from sklearn.cluster import Birch
    >>> check_method(Birch, threshold=0.3)
    """
    contract.check(cls, options)
    X = make_blobs(120, 6, centers=N_CLUSTERS, random_state=0)[0].astype(np.float32)
    X.flags.writeable = False
    before = _random_states()
    fitted = _created(cls, options).fit(X)
    _require(_random_states() == before, cls, "changes a global random state; expected a generator of its own")
    again = _created(cls, options).fit(X)
    _require(np.array_equal(fitted.labels_, again.labels_), cls, "gives other labels with the same seed")
    if issubclass(cls, Clusterer):
        _check_own(fitted, X)
    if issubclass(cls, BaseEstimator):
        check_estimator(cls(**options), on_skip=None)


def _created(cls: type, options: dict[str, Any]) -> Clusterer:
    return adapt(cls, N_CLUSTERS, 0, **options)


def _check_own(fitted: Clusterer, X: FloatArray) -> None:
    """The checks of a subclass of Clusterer."""
    cls = type(fitted)
    _require(np.array_equal(fitted.labels_, fitted.predict(X)), cls, "has labels_ that differ from predict(X)")
    target = f"{cls.__module__}:{cls.__qualname__}"
    registered = [each.target for each in METHODS.values()] + [each.target for each in method_plugins().values()]
    if target not in registered:
        return
    with tempfile.TemporaryDirectory() as folder:
        fitted.save(folder)
        loaded = Clusterer.load(folder)
    _require(np.array_equal(loaded.predict(X), fitted.labels_), cls, "predicts otherwise after save and load")


def _random_states() -> tuple[object, ...]:
    numpy = pickle.dumps(np.random.get_state())  # noqa: NPY002 - the check is about the global state
    return random.getstate(), numpy, torch.get_rng_state().numpy().tobytes()


def _require(condition: bool, cls: type, problem: str) -> None:
    if not condition:
        raise AssertionError(f"{cls.__name__} {problem}.")
