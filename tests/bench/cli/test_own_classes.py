"""A class of the user on the command line: its contract, its short names, its failures, and its memory."""

import re
from pathlib import Path

import pandas as pd
import pytest

from bench.cli.app import main

SOURCE = """
class Nothing:
    def __init__(self, n_clusters=3): ...

class Striped:
    def __init__(self, k=2, random_state=None):
        self.k, self.seed = k, random_state
    def fit(self, X, y=None):
        self.labels_ = [(row + self.seed) % self.k * 1.0 for row in range(len(X))]

class Picky:
    def __init__(self):
        raise ValueError("a bad day")
    def fit_predict(self, X): ...

class Gone:
    def __init__(self):
        import os
        os._exit(7)
    def fit_predict(self, X): ...

class Broken:
    def fit_predict(self, X):
        raise RuntimeError("my own problem")

class Leaving:
    def fit_predict(self, X):
        print("a last word", flush=True)
        import os
        os._exit(7)

class Letters:
    def fit_predict(self, X):
        return ["a"] * len(X)
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A run on the digits, in a folder with a module of own classes."""
    (tmp_path / "classes_of_a_user.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    return lambda *options, dataset="digits": main(
        ["run", "--dataset", dataset, "--seeds", "1", "--threads", "1", *options]
    )


def test_a_class_that_lacks_something_is_refused_before_the_first_cell(
    run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    assert run("--methods", "kmeans,classes_of_a_user:Nothing") == 2
    error, *lines = capfd.readouterr().err.splitlines()
    assert error == (
        "error: method 'classes_of_a_user:Nothing' cannot be run: class Nothing has neither fit_predict nor fit with "
        "labels_. The five lines that a class needs:"
    )
    assert len(lines) == 5
    assert lines[0] == "  class Nothing:"
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--alias", "mine=classes_of_a_user:Nothing"], " cannot be run: class Nothing has neither fit_predict nor"),
        (
            ["--alias", "mine=classes_of_a_user:Striped", "--param", "mine.kk=1"],
            " cannot be run: Striped has no option 'kk'; options: k, random_state",
        ),
        (["--alias", "mine=classes_of_a_user:Picky"], " cannot be created (ValueError: a bad day)"),
        (["--alias", "mine=classes_of_a_user:Stripes"], ": classes_of_a_user has no such class; did you mean"),
        (["--alias", "mine=classes_of_an_user:Striped"], ": cannot import 'classes_of_an_user'"),
    ],
)
def test_an_error_about_an_alias_names_the_alias_and_its_class(
    run, capfd: pytest.CaptureFixture[str], options: list[str], message: str
):
    assert run("--methods", "kmeans,mine", *options) == 2
    alias, path = options[1].split("=")
    assert capfd.readouterr().err.startswith(f"error: method '{alias}' ({path}){message}")


@pytest.mark.parametrize(
    "command",
    [
        ["run", "--methods", "kmeans,classes_of_a_user:Gone", "--dataset", "digits"],
        ["run", "--methods", "kmeans,classes_of_a_user:Gone", "--dataset", "digits,mnist-5k"],
        ["describe", "module_of_a_user:Gone"],
        ["search", "small", "--dataset", "digits", "--param", "module_of_a_user:Gone.x=1,2"],
    ],
)
def test_a_class_that_ends_its_process_before_the_first_cell_is_one_line(
    run, tmp_path: Path, capfd: pytest.CaptureFixture[str], command: list[str]
):
    """While it is imported, or constructed."""
    (tmp_path / "module_of_a_user.py").write_text("import os\nos._exit(7)\n")
    assert main(command) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert re.search(r"method '\w+:Gone' cannot be (imported|created): the process ended .*, exit code 7$", line)
    assert not (tmp_path / "results").exists()


@pytest.mark.slow
def test_own_classes_have_rows_and_their_errors_are_shown(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    one, two = "one=classes_of_a_user:Striped", "two=classes_of_a_user:Striped"
    methods = "one,two,classes_of_a_user:Broken,classes_of_a_user:Letters"
    options = ["--methods", methods, "--alias", one, "--alias", two, "--param", "two.k=4", "--n-clusters", "3,7"]
    assert run(*options) == 1
    out = capfd.readouterr().out
    assert "RuntimeError: my own problem" in out
    assert "ValueError: fit_predict of Letters returned labels of type str; expected whole numbers" in out
    frame = pd.read_csv(tmp_path / "results/digits/table.csv").set_index("label")
    assert frame["n_clusters_found_mean"].dropna().to_dict() == {"one (k=3)": 3.0, "one (k=7)": 7.0, "two": 4.0}
    assert frame["accuracy_mean"].isna().to_dict()["classes_of_a_user:Broken"]
    table = (tmp_path / "results/digits/table.md").read_text()
    assert "- one: class classes_of_a_user:Striped; 3, 7 clusters requested as k\n" in table
    assert "- two: class classes_of_a_user:Striped; gets no number of clusters; k=4 (set by --param)\n" in table
    assert "Number of clusters: two, seed 0: 4 clusters found; the class gets no number of clusters, " in table
    assert main(["show", "digits", "--errors"]) == 0
    shown = capfd.readouterr().out
    assert 'raise RuntimeError("my own problem")' in shown
    assert "classes_of_a_user.py" in shown

    assert run("--methods", "one", "--alias", "one=sklearn.cluster:Birch") == 2
    assert "have a method 'one', which is classes_of_a_user:Striped, and here it is" in capfd.readouterr().err


@pytest.mark.slow
def test_a_class_that_ends_its_process_does_not_end_the_command(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("bench.running.runner.MAX_TRIES", 1)
    options = ["--jobs", "1", "--param", "kmeans.n_init=1"]
    assert run("--methods", "classes_of_a_user:Leaving,kmeans", *options) == 1
    out, errors = capfd.readouterr()
    assert "FAILED: WorkerLostError: the process ended without a result, exit code 7" in out
    assert out.count("fitted in") == 1, "kmeans"
    assert "a last word" not in out + errors
    cells = pd.read_csv(tmp_path / "results/digits/cells.csv").set_index("method")
    assert cells["status"].to_dict() == {"classes_of_a_user:Leaving": "failed", "kmeans": "ok"}
    assert main(["show", "digits", "--errors"]) == 0
    assert "a last word" in capfd.readouterr().out


@pytest.mark.slow
def test_a_fit_that_needs_too_much_memory_is_a_failed_cell(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    method = "sklearn.cluster:AffinityPropagation"
    assert run("--methods", method, "--cell-memory", "1", dataset="mnist-5k") == 1
    out = capfd.readouterr().out
    assert "FAILED: TooLargeError: a fit on 5,000 samples needs about 0.954 GB (4.6 · n² + 848 · n numbers" in out
    assert "trying again" not in out
    frame = pd.read_csv(tmp_path / "results/mnist-5k/cells.csv")
    assert frame["status"].tolist() == ["failed"]
    assert frame["accuracy"].isna().all()
