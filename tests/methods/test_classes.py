"""The class of a third-party method, and the line about a name that is no class."""

from pathlib import Path

import pytest
from sklearn.cluster import DBSCAN

from methods import registry
from methods.classes import find_class
from methods.registry import MethodError


def test_a_class_is_found():
    assert find_class("sklearn.cluster", "DBSCAN") is DBSCAN


@pytest.mark.parametrize(
    ("module", "name", "message"),
    [
        (
            "sklearn.cluster",
            "DBSKAN",
            "has no such class; did you mean 'sklearn.cluster:DBSCAN'? classes that cluster",
        ),
        ("sklearn.cluster", "dbscan", "has a function of this name; did you mean 'sklearn.cluster:DBSCAN'?"),
        ("sklearn", "Kmeans", "has no such class; did you mean 'sklearn.cluster:KMeans'?"),
        ("sklearn.clusters", "KMeans", "did you mean 'sklearn.cluster:KMeans'?"),
        ("sklearn.cluster.kmeans", "KMeans", "did you mean 'sklearn.cluster:KMeans'?"),
        ("my_module.py", "Mine", "did you mean 'my_module:Mine'?"),
        (
            "no_such_package",
            "Mine",
            "cannot import 'no_such_package' (No module named 'no_such_package'); is it",
        ),
        ("os", "path", "os has a module of this name; expected a class that clusters"),
    ],
)
def test_a_name_that_is_no_class_is_one_line_with_the_near_class(module: str, name: str, message: str):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the message is checked below
        find_class(module, name)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_functions_and_classes_that_do_not_cluster_are_not_proposed():
    with pytest.raises(ValueError, match="classes that cluster") as error:
        find_class("sklearn.cluster", "nothing")
    known = str(error.value).partition("cluster: ")[2].split(", ")
    assert {"DBSCAN", "KMeans"} <= set(known)
    assert not {"dbscan", "k_means", "FeatureAgglomeration", "SpectralBiclustering"} & set(known)


def test_classes_with_fit_alone_are_proposed_and_imported_ones_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    source = "from sklearn.base import ClusterMixin\nfrom sklearn.cluster import KMeans\nclass Stripes:\n"
    source += "    def fit(self, X, y=None):\n        self.labels_ = [0] * len(X)\nclass Tool: ...\n"
    (tmp_path / "classes_with_fit.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="no such class") as error:
        find_class("classes_with_fit", "Stripe")
    assert str(error.value) == (
        "classes_with_fit has no such class; did you mean 'classes_with_fit:Stripes'? classes that cluster: Stripes"
    )


def test_a_missing_dependency_of_a_module_is_not_a_typing_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mine.py").write_text("import no_such_package")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="cannot import 'mine'") as error:
        find_class("mine", "Mine")
    assert "did you mean" not in str(error.value)


def test_a_module_or_a_constructor_that_exits_is_an_error_of_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A script without `if __name__ == "__main__"` ends the program that imports it."""
    (tmp_path / "script_that_exits.py").write_text("import sys\nsys.exit(3)")
    made = "import sys\nclass Mine:\n    def __init__(self): sys.exit(3)\n    def fit_predict(self, X): ...\n"
    (tmp_path / "made_to_exit.py").write_text(made)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MethodError, match=r"cannot import 'script_that_exits' \(SystemExit: 3\)$"):
        registry.third_party_class("script_that_exits:Mine")
    with pytest.raises(MethodError, match=r"^method 'made_to_exit:Mine' cannot be created \(SystemExit: 3\)$"):
        registry.third_party_class("made_to_exit:Mine", {})


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("DBSKAN", "did you mean 'sklearn.cluster:DBSCAN'?"),
        ("dbscan", "did you mean 'sklearn.cluster:DBSCAN'?"),
        ("Gaussian_Mixture", "did you mean 'sklearn.mixture:GaussianMixture'?"),
        ("k-means", "did you mean 'kmeans'?"),
        ("mini-batch-kmeans", "did you mean 'sklearn.cluster:MiniBatchKMeans'?"),
        ("sklearn.cluster.DBSCAN", "did you mean 'sklearn.cluster:DBSCAN'?"),
        ("sklearn.cluster:KMeans(n_init=3)", "did you mean 'sklearn.cluster:KMeans'?"),
        ("zzz", "unknown method 'zzz'; known: ae-gmm"),
    ],
)
def test_an_unknown_method_names_the_nearest_method_or_class(name: str, message: str):
    with pytest.raises(MethodError) as error:
        registry.method(name)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("name", "methods", "meant"),
    [
        ("lr", ["dec", "som"], ["dec.lr"]),
        ("power", ["dec", "som"], ["dec.target_power", "dec.final_target_power"]),
        ("sigma", ["dec", "som", "a:B"], ["som.sigma"]),
        ("nonsense", list(registry.METHODS), []),
    ],
)
def test_parameters_like_a_name(name: str, methods: list[str], meant: list[str]):
    assert registry.parameters_like(name, methods) == meant


def test_a_lazy_module_that_cannot_give_a_class_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(tmp_path)
    lazy = (
        "__all__ = ['Mine', 'Broken']\n"
        "def __getattr__(name):\n"
        "    if name == 'Mine':\n"
        "        return type('Mine', (), {'fit_predict': lambda self, X: X, '__module__': 'lazy_of_tests'})\n"
        "    if name == 'Broken':\n"
        "        raise ImportError('no library here', name='library')\n"
        "    raise AttributeError(name)\n"
    )
    (tmp_path / "lazy_of_tests.py").write_text(lazy)
    with pytest.raises(ValueError, match=r"^cannot import 'lazy_of_tests' \(no library here\); is it installed\?$"):
        find_class("lazy_of_tests", "Broken")
    with pytest.raises(ValueError, match="did you mean 'lazy_of_tests:Mine'"):
        find_class("lazy_of_tests", "Mind")


def test_the_parent_of_a_module_may_exit_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "exiting_of_tests").mkdir()
    (tmp_path / "exiting_of_tests/__init__.py").write_text("raise SystemExit(3)")
    with pytest.raises(ValueError, match=r"^cannot import 'exiting_of_tests.part' \(SystemExit: 3\)$"):
        find_class("exiting_of_tests.part", "Mine")


def test_a_module_is_not_proposed_as_a_class():
    with pytest.raises(MethodError) as error:
        registry.method("sklearn.cluster")
    assert "sklearn:cluster" not in str(error.value)
    with pytest.raises(MethodError, match=r"did you mean 'sklearn\.cluster:DBSCAN'"):
        registry.method("sklearn.cluster.DBSCAN")
