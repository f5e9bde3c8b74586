"""Third-party clusterers with the interface of Clusterer."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.mixture import GaussianMixture

from methods.adapter import whole_numbers
from methods.base import Clusterer
from methods.registry import MethodError, create, parse_parameter, third_party_class


def test_adapted_agglomerative_clustering_equals_the_original(digits: np.ndarray):
    ours = create("sklearn.cluster:AgglomerativeClustering", n_clusters=5, random_state=0).fit(digits)
    theirs = AgglomerativeClustering(5).fit(digits)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(ours.cluster_centers_[2], digits[ours.labels_ == 2].mean(0), rtol=1e-6)
    np.testing.assert_array_equal(ours.transform(digits), digits)
    assert not hasattr(ours, "predict")


def test_seed_and_clusters_reach_the_constructor(digits: np.ndarray):
    ours = create("sklearn.cluster:MiniBatchKMeans", n_clusters=4, random_state=5, n_init=2).fit(digits)
    again = create("sklearn.cluster:MiniBatchKMeans", n_clusters=4, random_state=5, n_init=2).fit(digits)
    assert len(ours.cluster_centers_) == 4
    np.testing.assert_array_equal(ours.labels_, again.labels_)
    np.testing.assert_array_equal(ours.labels_, ours.predict(digits))


def test_noise_stays_noise(digits: np.ndarray):
    labels = create("sklearn.cluster:DBSCAN", n_clusters=5, random_state=0, eps=1.0, min_samples=4).fit(digits).labels_
    assert -1 in labels
    assert sorted(set(labels) - {-1}) == list(range(labels.max() + 1))


def test_labels_may_be_all_noise(digits: np.ndarray):
    fitted = create("sklearn.cluster:DBSCAN", n_clusters=5, random_state=0, eps=1e-6).fit(digits)
    assert set(fitted.labels_) == {-1}
    assert fitted.cluster_centers_.shape == (0, digits.shape[1])
    assert fitted.cluster_centers_.dtype == np.float32
    with pytest.raises(ValueError, match=r"^DBSCAN found no cluster: all samples are noise; there is no score\.$"):
        fitted.score(digits)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sklearn.cluster:Brich", "did you mean 'sklearn.cluster:Birch'"),
        ("no_such_package:Thing", "cannot import 'no_such_package'"),
        ("json:JSONDecoder", "class JSONDecoder has neither fit_predict nor fit with labels_"),
        ("decc", "did you mean 'dec'"),
        ("sklearn.cluster:", "unknown method"),
    ],
)
def test_a_wrong_name_is_an_error_of_one_line(name: str, message: str):
    with pytest.raises(MethodError, match=message) as error:
        create(name, n_clusters=2, random_state=0)
    assert "\n" not in str(error.value)


def test_a_wrong_argument_is_an_error_of_one_line():
    with pytest.raises(MethodError, match="has no option 'bandwith'; did you mean 'bandwidth'"):
        third_party_class("sklearn.cluster:MeanShift", {"bandwith": 3})


SOURCE = """
import numpy as np

class OnlyFit:
    def __init__(self, k=2, random_state=None):
        self.k, self.seed = k, random_state
    def fit(self, X):
        self.labels_ = (np.arange(len(X)) + self.seed) % self.k

class Forgetful:
    labels_ = None
    def fit(self, X): ...

class Returns:
    def __init__(self, what="nothing"):
        self.what = what
    def fit_predict(self, X):
        n = len(X)
        return {
            "nothing": None,
            "floats": np.arange(n) % 3 * 2.0,
            "list": [index % 2 for index in range(n)],
            "objects": np.array([5, -1] * n, dtype=object)[:n],
            "truth": np.arange(n) % 2 == 0,
        }[self.what]
    def predict(self, X):
        return np.zeros((len(X), 2))
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "adapted_classes.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    return "adapted_classes"


def test_a_class_with_fit_and_no_get_params_gets_its_k_and_its_seed(module: str, digits: np.ndarray):
    fitted = create(f"{module}:OnlyFit", n_clusters=7, random_state=3).fit(digits)
    np.testing.assert_array_equal(fitted.labels_, (np.arange(len(digits)) + 3) % 7)
    own = create(f"{module}:OnlyFit", random_state=3, k=4).fit(digits)
    assert len(own.cluster_centers_) == 4


def test_a_mixture_gets_as_many_components_as_clusters(digits: np.ndarray):
    ours = create("sklearn.mixture:GaussianMixture", n_clusters=4, random_state=0, covariance_type="diag").fit(digits)
    theirs = GaussianMixture(4, random_state=0, covariance_type="diag").fit_predict(digits)
    assert len(ours.cluster_centers_) == 4
    np.testing.assert_array_equal(ours.labels_, theirs)


def test_a_class_may_find_the_number_of_clusters_itself(digits: np.ndarray):
    name = "sklearn.cluster:AgglomerativeClustering"
    ours = create(name, n_clusters=None, random_state=0, distance_threshold=8.0).fit(digits)
    theirs = AgglomerativeClustering(None, distance_threshold=8.0).fit(digits)
    assert len(ours.cluster_centers_) == theirs.n_clusters_ > 2


@pytest.mark.parametrize(
    ("what", "labels"),
    [("floats", [0, 1, 2, 0]), ("list", [0, 1, 0, 1]), ("objects", [0, -1, 0, -1]), ("truth", [1, 0])],
)
def test_whole_numbers_of_every_type_become_labels_without_gaps(
    module: str, what: str, labels: list[int], digits: np.ndarray
):
    fitted = create(f"{module}:Returns", random_state=0, what=what).fit(digits)
    assert fitted.labels_.dtype == np.int64
    assert fitted.labels_[: len(labels)].tolist() == labels


def test_a_fit_without_labels_says_so(module: str, digits: np.ndarray):
    with pytest.raises(ValueError, match="fit of Forgetful set no labels_; expected one whole number for each row"):
        create(f"{module}:Forgetful", random_state=0).fit(digits)
    with pytest.raises(ValueError, match="fit_predict of Returns returned None; expected labels: one whole number"):
        create(f"{module}:Returns", random_state=0).fit(digits)
    fitted = create(f"{module}:Returns", random_state=0, what="list").fit(digits)
    with pytest.raises(
        ValueError, match=r"predict of Returns returned labels of shape \(300, 2\); .* argmax\(axis=1\)"
    ):
        fitted.predict(digits)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"labels of shape \(2,\); expected \(3,\), one for each sample\.$"),
        ([[0], [1], [1]], r"labels of shape \(3, 1\); expected \(3,\), one for each sample: use ravel\(\)"),
        (np.eye(3), r"use argmax\(axis=1\)"),
        (7, "returned an object of type int; expected labels: one whole number for each of the 3 samples"),
        (([0, 1, 1], [[0.5]]), "returned a tuple whose parts differ in length; expected labels: one whole number"),
        (iter([0, 1, 1]), "returned an object of type list_iterator; expected labels"),
        ([0, 1, Fraction(1, 2)], "returned 0.5 as a label"),
        ([0, 1, 10**30], r"returned 1e\+30 as a label"),
        (["a", "b", "a"], "labels of type str; expected whole numbers"),
        ([0, None, 1], "labels of type NoneType"),
        ([0, 1j, 1], "labels of type complex128"),
        ([0, 0.5, 1], "returned 0.5 as a label"),
        ([0, np.nan, 1], "returned nan as a label"),
        ([0, np.inf, 1], "returned inf as a label"),
        (np.array([0, 2**63, 1], np.uint64), "as a label; expected whole numbers"),
        ([0, -2, -3], "returned -2 as a label of 2 samples; expected 0 or more; -1: noise"),
    ],
)
def test_labels_that_are_no_whole_numbers_are_one_line(labels: object, message: str):
    with pytest.raises(ValueError, match=message) as raised:
        whole_numbers(labels, 3, "fit_predict of Mine returned")
    assert str(raised.value).startswith("fit_predict of Mine returned")
    assert "\n" not in str(raised.value)


def test_whole_fractions_are_labels():
    assert whole_numbers([Fraction(2), 0, 1.0], 3, "fit of Mine set").tolist() == [2, 0, 1]


def test_masked_labels_are_refused():
    with pytest.raises(ValueError, match=r"^fit_predict of Mine returned masked labels; expected a whole number"):
        whole_numbers(np.ma.masked_less([0, 1, 2], 1), 3, "fit_predict of Mine returned")


GLOBAL = """
import random
import numpy as np
import torch

class Draws:
    def fit_predict(self, X):
        self.drawn = random.random(), np.random.rand(), float(torch.rand(()))
        return (np.random.rand(len(X)) < 0.5).astype(int)

class Seeds(Draws):
    def fit_predict(self, X):
        random.seed(0), np.random.seed(0), torch.manual_seed(0)
        return super().fit_predict(X)

class Changes:
    def fit_predict(self, X):
        X *= 0
        return [0] * len(X)
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], Clusterer]:
    (tmp_path / "draws_globally.py").write_text(GLOBAL)
    monkeypatch.syspath_prepend(tmp_path)
    return lambda name, seed: create(f"draws_globally:{name}", random_state=seed)


def test_the_global_generators_have_the_seed_during_a_fit_and_are_as_before_after_it(own, digits: np.ndarray):
    import random

    import torch

    def drawn(name: str, seed: int) -> tuple[float, ...]:
        return own(name, seed).fit(digits)._model.drawn

    random.seed(7), np.random.seed(7), torch.manual_seed(7)  # noqa: NPY002
    expected = random.random(), np.random.rand(), float(torch.rand(()))  # noqa: NPY002
    random.seed(7), np.random.seed(7), torch.manual_seed(7)  # noqa: NPY002
    first = drawn("Draws", 1)
    seeded = drawn("Seeds", 1)
    assert first == drawn("Draws", 1) != drawn("Draws", 2)
    assert seeded == drawn("Seeds", 2)
    assert (random.random(), np.random.rand(), float(torch.rand(()))) == expected  # noqa: NPY002


def test_a_class_that_changes_read_only_samples_is_told_the_remedy(own, digits: np.ndarray):
    shared = digits.copy()
    shared.flags.writeable = False
    with pytest.raises(ValueError, match=r"read-only; X may be shared and cannot be changed: .* X = X\.copy\(\)\.$"):
        own("Changes", 0).fit(shared)


def test_unknown_iterations_are_not_invented(digits: np.ndarray):
    assert create("sklearn.cluster:AgglomerativeClustering", n_clusters=5, random_state=0).fit(digits).n_iter_ == 0


@pytest.mark.parametrize("value", ["3", "2"])
def test_the_number_of_clusters_of_a_class_is_no_parameter(value: str):
    with pytest.raises(MethodError, match="n_clusters=none leaves the number to the class"):
        parse_parameter("sklearn.cluster:Birch", "n_clusters", value)
    assert parse_parameter("sklearn.cluster:Birch", "n_clusters", "none") is None


def test_values_of_third_party_parameters_become_numbers_booleans_none_or_text():
    values = [
        parse_parameter("sklearn.cluster:DBSCAN", "eps", text) for text in ("3", "0.5", "true", "none", "ball_tree")
    ]
    assert values == [3, 0.5, True, None, "ball_tree"]
