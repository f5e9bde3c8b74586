"""A third-party class, as `describe` shows it."""

from pathlib import Path

import pytest

from bench.cli.app import main
from bench.commands.describe_class import class_tables
from methods.registry import MethodError

SOURCE = '''
from sklearn.base import BaseEstimator, ClusterMixin

class Mine:
    """Cluster by magic.

    More text.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    eps, delta : float, default=0.5
        A distance. It is not negative.
    plain
        No type
        on two lines.

    Attributes
    ----------
    labels_ : array
        Labels.
    """
    def __init__(self, size, n_clusters=8, *, eps=0.5, delta=0.5, plain="x", silent=None, **others): ...
    def fit_predict(self, X): ...

class Bare:
    def fit_predict(self, X): ...
    def predict(self, X): ...

class Extends(Mine):
    def fit_predict(self, X): ...

class OfScikitLearn(ClusterMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.labels_ = [0] * len(X)
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "described_classes.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    return "described_classes"


def test_parameters_have_their_defaults_and_meanings(module: str):
    (title, _, facts), (heading, columns, rows) = class_tables(f"{module}:Mine")
    assert title == f"Method {module}:Mine"
    assert dict(facts) == {
        "meaning": "Cluster by magic.",
        "number of clusters": "taken as n_clusters",
        "random_state": "not a parameter of this class",
        "predict": "no: not for new samples",
    }
    assert heading == f"Parameters of {module}:Mine (--param {module}:Mine.NAME=VALUE)"
    assert columns == ["name", "default", "meaning"]
    assert rows == [
        ["size", "required", ""],
        ["n_clusters", "8", "given by --n-clusters"],
        ["eps", "0.5", "float. A distance."],
        ["delta", "0.5", "float. A distance."],
        ["plain", "'x'", "No type on two lines."],
        ["silent", "None", ""],
    ]


def test_the_documentation_of_an_interface_is_not_that_of_the_class(module: str):
    for name, meaning in (("Extends", "Cluster by magic."), ("OfScikitLearn", "not documented")):
        (_, _, facts), _ = class_tables(f"{module}:{name}")
        assert dict(facts)["meaning"] == meaning


def test_a_class_without_documentation_is_shown(module: str):
    (_, _, facts), (_, _, rows) = class_tables(f"{module}:Bare")
    assert dict(facts)["meaning"] == "not documented"
    assert dict(facts)["predict"] == "yes"
    assert rows == []


def test_the_option_that_gets_the_number_of_clusters_is_named():
    (_, _, facts), (_, _, rows) = class_tables("sklearn.mixture:GaussianMixture")
    assert dict(facts)["number of clusters"] == "taken as n_components"
    assert ["n_components", "1", "given by --n-clusters"] in rows
    (_, _, facts), _ = class_tables("sklearn.cluster:DBSCAN")
    assert dict(facts)["number of clusters"] == "not a parameter of this class"


def test_every_parameter_of_scikit_learn_has_a_meaning():
    for name in ("sklearn.cluster:DBSCAN", "sklearn.cluster:KMeans", "sklearn.mixture:GaussianMixture"):
        _, (_, _, rows) = class_tables(name)
        assert len(rows) > 5
        assert [row for row in rows if not row[2]] == []


def test_a_class_that_does_not_cluster_is_refused():
    with pytest.raises(MethodError, match="class PCA has no fit_predict, and its fit sets no labels_"):
        class_tables("sklearn.decomposition:PCA")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sklearn.cluster:DBSKAN", "did you mean 'sklearn.cluster:DBSCAN'?"),
        ("dbscan", "did you mean 'sklearn.cluster:DBSCAN'?"),
        ("flagshp", "did you mean 'flagship'?"),
        ("iris", "unknown method or data set 'iris'; known: ae-gmm"),
    ],
)
def test_an_unknown_name_is_one_line(name: str, message: str, capfd: pytest.CaptureFixture[str]):
    assert main(["describe", name]) == 2
    error = capfd.readouterr().err
    assert message in error
    assert error.count("\n") == 1
