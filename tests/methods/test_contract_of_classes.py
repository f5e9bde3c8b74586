"""Which classes are run as clusterers, and how their constructors are called."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import pytest
from sklearn.cluster import DBSCAN, Birch, FeatureAgglomeration, KMeans, SpectralClustering
from sklearn.decomposition import PCA, FastICA
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.svm import SVC

from methods.contract import COUNT_OPTIONS, ContractError, arguments_of, check, count_option


def class_of(arguments: str, **members: Any) -> type:
    """A class whose constructor has these arguments."""
    space: dict[str, Any] = {}
    exec(f"def __init__(self, {arguments}): ...", space)
    return type("Made", (), {"__init__": space["__init__"], **members})


class Fit:
    def fit(self, X, y=None):
        self.labels_ = [0] * len(X)
        return self


class InsideAHelper:
    def fit(self, X):
        def finish(labels):
            self.labels_ = labels

        finish([0] * len(X))


class BySetattr:
    def fit(self, X):
        setattr(self, "labels_", [0] * len(X))  # noqa: B010 - a program may do it


class Declared:
    labels_: list[int]

    def fit(self, X): ...


class Computed:
    def fit(self, X): ...

    @property
    def labels_(self): ...


class Delegating:
    def fit(self, X): ...

    def __getattr__(self, name): ...


class Derived(Fit):
    def fit(self, X, y=None, **options):
        return super().fit(X)


class FitPredict:
    def fit_predict(self, X): ...


class Static:
    @staticmethod
    def fit_predict(X): ...


class OfTheClass:
    @classmethod
    def fit_predict(cls, X): ...


class Variable:
    def fit_predict(self, *arrays): ...


class Callable:
    class _Call:
        def __call__(self, X): ...

    fit_predict = _Call()


@pytest.mark.parametrize(
    "cls",
    [
        Fit,
        InsideAHelper,
        BySetattr,
        Declared,
        Computed,
        Delegating,
        Derived,
        FitPredict,
        Static,
        OfTheClass,
        Variable,
        Callable,
        KMeans,
        DBSCAN,
        GaussianMixture,
    ],
)
def test_a_class_that_returns_or_sets_labels_is_a_clusterer(cls: type):
    check(cls, {})


class Nothing: ...


class SetsNone:
    def fit(self, X): ...


class NeedsLabels:
    def fit(self, X, y):
        self.labels_ = y


class NoSamples:
    def fit(self):
        self.labels_ = []


class NoSamplesAndStatic:
    @staticmethod
    def fit_predict(): ...


class NoMethod:
    fit_predict = 3


class Abstract(FitPredict, ABC):
    @abstractmethod
    def scale(self): ...

    @abstractmethod
    def assign(self): ...


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (Abstract, "^class Abstract is abstract: it has no assign, scale$"),
        (
            class_of("n_clusters, /, eps=1", fit_predict=lambda self, X: X),
            "^the constructor of Made takes n_clusters by position only; expected arguments that are given by name$",
        ),
        (Nothing, "class Nothing has neither fit_predict nor fit with labels_"),
        (SetsNone, "class SetsNone has no fit_predict, and its fit sets no labels_"),
        (PCA, "class PCA has no fit_predict, and its fit sets no labels_"),
        (NeedsLabels, r"fit of class NeedsLabels needs y; expected fit\(X, y=None\), because true labels never reach"),
        (SVC, "fit of class SVC needs y"),
        (NoSamples, r"^fit of class NoSamples takes no samples; expected fit\(X, y=None\)$"),
        (NoSamplesAndStatic, r"^fit_predict of class NoSamplesAndStatic takes no samples; expected fit_predict\(X"),
        (NoMethod, "class NoMethod has a fit_predict that cannot be called"),
        (FeatureAgglomeration, "class FeatureAgglomeration has a fit_predict that cannot be called"),
        (int, "class int has neither"),
        (
            class_of("size, n_clusters, random_state", fit_predict=lambda self, X: X),
            "the constructor of Made needs size;",
        ),
    ],
)
def test_a_class_that_lacks_something_is_one_line_and_five_lines_that_mend_it(cls: type, message: str):
    with pytest.raises(ContractError, match=message) as raised:
        check(cls, {})
    assert "\n" not in str(raised.value)
    assert raised.value.example.count("\n") == 4
    space: dict[str, Any] = {}
    exec(raised.value.example, space)
    check(space[cls.__name__], {})  # the five lines keep the contract


def test_an_option_that_a_class_lacks_is_named_with_the_nearest_one():
    with pytest.raises(ValueError, match="DBSCAN has no option 'epz'; did you mean 'eps'"):
        check(DBSCAN, {"epz": 1})
    check(class_of("**options", fit_predict=lambda self, X: X), {"anything": 1})
    check(class_of("size", fit_predict=lambda self, X: X), {"size": 1})
    check(class_of("size=3, /", fit_predict=lambda self, X: X), {})


@pytest.mark.parametrize(
    ("cls", "option"),
    [
        (KMeans, "n_clusters"),
        (GaussianMixture, "n_components"),
        (BayesianGaussianMixture, "n_components"),
        (SpectralClustering, "n_clusters"),  # its n_components are columns of a space
        (DBSCAN, None),
        (PCA, None),  # its n_components are columns of its result
        (FastICA, None),
        (class_of("k=3"), "k"),
        (class_of("n_clusters_init=2, max_n_clusters=9"), "n_clusters_init"),
        (class_of("k=3, n_clusters=2"), "n_clusters"),
        (class_of("n_components=2, k=5, transform=None", transform=lambda self, X: X), "k"),
        (class_of("*k, **n_clusters"), None),
    ],
)
def test_the_number_of_clusters_is_given_under_the_name_that_the_class_has(cls: type, option: str | None):
    assert count_option(cls) == option


@pytest.mark.parametrize("option", COUNT_OPTIONS)
def test_every_name_is_used_alone(option: str):
    assert arguments_of(class_of(f"{option}, eps=1"), 5, 7, {"eps": 2}) == {option: 5, "eps": 2}


@pytest.mark.parametrize(
    ("cls", "given", "arguments"),
    [
        (KMeans, {"n_init": 2}, {"n_init": 2, "n_clusters": 5, "random_state": 7}),
        (DBSCAN, {"eps": 2}, {"eps": 2}),
        (GaussianMixture, {"n_components": 3}, {"n_components": 3, "random_state": 7}),
        (Birch, {"n_clusters": None}, {"n_clusters": None}),
    ],
)
def test_what_the_user_gives_stays(cls: type, given: Mapping[str, Any], arguments: Mapping[str, Any]):
    assert arguments_of(cls, 5, 7, given) == arguments
