"""The checks for authors of plug-ins: good classes pass, and each fault is named."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClusterMixin

from methods import KMeans
from methods.base import Clusterer
from methods.checks import check_method


class Sorted:
    """The first columns, sorted, in clusters of equal size; `fault` is what is wrong."""

    def __init__(self, n_clusters: int = 3, random_state: int | None = None, fault: str = "") -> None:
        self.n_clusters, self.random_state, self.fault = n_clusters, random_state, fault

    def fit(self, X: np.ndarray, y: None = None) -> "Sorted":
        if self.fault == "writes":
            X[0] = 0
        self.labels_ = np.argsort(np.argsort(X[:, 0])) * self.n_clusters // len(X)
        if self.fault == "unseeded":
            self.labels_ = np.random.default_rng().permutation(self.labels_)
        return self


class NotAnEstimator(BaseEstimator, ClusterMixin):
    """Does not set n_features_in_ and does not check its data, as scikit-learn wants it."""

    def fit(self, X: np.ndarray, y: None = None) -> "NotAnEstimator":
        self.labels_ = np.zeros(len(X), int)
        return self


class Global(KMeans):
    """It changes a global random state."""

    def _fit(self, X, seed, progress) -> None:
        np.random.seed(seed)  # noqa: NPY002 - the fault
        super()._fit(X, seed, progress)


class Unequal(KMeans):
    """Its labels are not those of predict."""

    def _fit(self, X, seed, progress) -> None:
        super()._fit(X, seed, progress)
        self.labels_ = self.labels_[::-1].copy()


def test_a_good_class_passes():
    check_method(Sorted)


@pytest.mark.slow
def test_a_method_of_this_project_passes_also_the_checks_of_scikit_learn_and_of_its_model():
    check_method(KMeans, n_init=1)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("writes", "read-only"),
        ("unseeded", "Sorted gives other labels with the same seed"),
    ],
)
def test_a_fault_is_named(fault: str, message: str):
    with pytest.raises((AssertionError, ValueError), match=message):
        check_method(Sorted, fault=fault)


def test_a_method_that_changes_a_global_random_state_is_named():
    with pytest.raises(AssertionError, match=r"^Global changes a global random state; expected a generator of its own"):
        check_method(Global)


def test_a_class_without_the_contract_is_refused():
    with pytest.raises(ValueError, match="neither fit_predict nor fit"):
        check_method(dict)


def test_the_checks_of_scikit_learn_are_run():
    with pytest.raises(AssertionError, match="n_features_in_"):
        check_method(NotAnEstimator)


def test_labels_must_be_those_of_predict():
    assert issubclass(Unequal, Clusterer)
    with pytest.raises(AssertionError, match="Unequal has labels_ that differ from predict"):
        check_method(Unequal)
