"""`choose`: the fits in the order of the rule, without true labels, and a line for everything that is left out."""

import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import mutual_info_score
from sklearn.neighbors import NearestNeighbors

import bench
from bench.analysis.choice import REGRET
from bench.cli.app import main
from bench.commands import choose as command
from bench.store.store import Store

pytestmark = pytest.mark.slow

DBSCAN, FAILING = "sklearn.cluster:DBSCAN", "sklearn.cluster:AgglomerativeClustering"
DIGITS = ["run", "--dataset", "digits", "--limit", "200", "--threads", "1", "--param", "kmeans.n_init=1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fits of 200 digits: of one number of clusters, of two, on subsamples, and with noise and a failure."""
    results = tmp_path_factory.mktemp("choose") / "results"
    few, place = ["--param", "som.epochs=1"], ["--results-dir", str(results)]
    assert main([*DIGITS, "--methods", "kmeans,som,pca-kmeans", *few, "--seeds", "3", "--name", "one", *place]) == 0
    assert main([*DIGITS, "--methods", "kmeans", "--n-clusters", "3,5", "--seeds", "2", "--name", "two", *place]) == 0
    assert main([*DIGITS, "--methods", "kmeans", "--subsamples", "2", "--seeds", "1", "--name", "parts", *place]) == 0
    odd = ["--methods", f"kmeans,{DBSCAN},{FAILING}", "--param", f"{FAILING}.linkage=nothing", "--seeds", "1"]
    assert main([*DIGITS, *odd, "--name", "odd", *place]) == 1
    return results


def call(capfd: pytest.CaptureFixture[str], folder: Path, *arguments: str, code: int = 0) -> str:
    capfd.readouterr()
    assert main(["choose", *arguments, "--threads", "1", "--results-dir", str(folder)]) == code
    output, errors = capfd.readouterr()
    if code:
        assert len(errors.splitlines()) == 1, errors
    return errors if code else output


def table(text: str) -> list[tuple[str, str, int]]:
    """The method, the value and the seed of each row, in order."""
    _, found, rest = text.partition("Autoinformation (bits) ↑  Seed\n")
    assert found
    rows = [re.split(r"  +", line) for line in rest.partition("\n\n")[0].splitlines()]
    return [(label, value, int(seed)) for label, value, seed in rows]


def expected_bits(X: np.ndarray, labels: np.ndarray) -> float:
    """The rule, computed anew: both directions of each step to one of 15 neighbours among the components."""
    centred = X - X.mean(axis=0, dtype=np.float64)
    points = centred @ np.linalg.svd(centred, full_matrices=False)[2][:50].T
    neighbours = NearestNeighbors(n_neighbors=15).fit(points).kneighbors(return_distance=False)
    one, other = np.repeat(labels, 15), labels[neighbours].ravel()
    both = mutual_info_score(np.concatenate([one, other]), np.concatenate([other, one]))
    return float(both / np.log(2))


def test_the_fit_with_the_largest_value_is_named_and_all_are_shown(folder: Path, capfd) -> None:
    text = call(capfd, folder, "one")
    rows = table(text)
    results = bench.load("one", results_dir=folder)
    X = np.asarray(command.load_for(Store(folder, "one"), Console(quiet=True)).features)
    values = {
        (method, seed): expected_bits(X, results.labels(method, seed))
        for method, seed in results.cells[["method", "seed"]].itertuples(index=False)
    }
    assert len(rows) == len(values) == 9
    assert [float(value) for _, value, _ in rows] == pytest.approx(sorted(values.values(), reverse=True), abs=6e-5)
    assert all(float(value) == pytest.approx(values[label, seed], abs=6e-5) for label, value, seed in rows)
    label, _, seed = rows[0]
    assert f"Named without labels: {label}, seed {seed}\n" in text


def test_the_space_the_neighbours_the_samples_and_the_regret_are_stated(folder: Path, capfd) -> None:
    text = call(capfd, folder, "one")
    assert "one: digits, 200 samples\n" in text
    assert "15 nearest neighbours of each of the 200 samples, in 50 principal components of the input" in text
    assert "log2(10) = 3.3219 bits. The rule uses no true labels and no scores." in text
    assert f"On {REGRET.n_sets} data sets with known labels" in text
    assert f"{REGRET.mean:.3f} below that of the best fit on average, and {REGRET.largest:.3f} at most" in text
    assert "docs/results/choosing.md" in text
    assert "warning" not in text


def test_true_labels_and_scores_are_never_used(folder: Path, capfd, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    expected = call(capfd, folder, "one")
    shutil.copytree(folder / "one", tmp_path / "one")
    shutil.rmtree(tmp_path / "one/scores")
    load = command.load_for

    class Secret:
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(f"true labels were read: {name}")

        __array__ = __len__ = __getitem__ = __iter__ = __getattribute__

    monkeypatch.setattr(command, "load_for", lambda *arguments: replace(load(*arguments), labels=Secret()))
    assert table(call(capfd, tmp_path, "one")) == table(expected)


def test_the_printed_command_shows_the_clusters_of_the_named_fit(folder: Path, capfd) -> None:
    text = call(capfd, folder, "one")
    label, _, seed = table(text)[0]
    (printed,) = re.findall(r"python -m bench (show .+) shows its clusters\.", text)
    assert main(shlex.split(printed)) == 0
    assert f"{label}, seed {seed}, on digits: 200 samples" in capfd.readouterr().out


def test_nothing_is_written(folder: Path, capfd) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    call(capfd, folder, "one")
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) == before


def test_rows_that_find_their_own_number_and_failed_cells_are_named(folder: Path, capfd) -> None:
    text = call(capfd, folder, "odd")
    assert [label for label, _, _ in table(text)] == ["kmeans"]
    caveats = text.partition("Caveats:\n")[2]
    assert f"- {FAILING}: 0 of 1, 1 failed.\n" in caveats
    assert f"- {DBSCAN}: left out, because it was not asked for 10 clusters.\n" in caveats
    assert "- Only one fit is ranked, so the rule had no choice.\n" in caveats


def test_one_of_several_numbers_of_clusters_is_compared(folder: Path, capfd) -> None:
    message = call(capfd, folder, "two", code=2)
    assert "'two' has fits with several numbers of clusters" in message
    assert "expected --n-clusters with one of: 3, 5." in message
    text = call(capfd, folder, "two", "--n-clusters", "5")
    assert [label for label, _, _ in table(text)] == ["kmeans (k=5)"] * 2
    assert "- kmeans (k=3): left out, because it was not asked for 5 clusters.\n" in text
    assert "log2(5) = 2.3219 bits" in text
    assert "expected one of: 3, 5." in call(capfd, folder, "two", "--n-clusters", "4", code=2)


def test_fits_with_noise_or_other_numbers_of_clusters_are_shown_without_a_value(capfd, tmp_path: Path) -> None:
    """The fit of two clusters and the one with noise were asked for three."""
    X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    np.save(tmp_path / "X.npy", X)
    (tmp_path / "halves_of_choose.py").write_text(CLASSES)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        patch.setenv("PYTHONPATH", str(tmp_path))
        methods = "kmeans,halves_of_choose:Halves,halves_of_choose:Noisy"
        run = ["run", "--dataset", str(tmp_path / "X.npy"), "--methods", methods, "--n-clusters", "3", "--seeds", "1"]
        assert main([*run, "--threads", "1", "--name", "x", "--results-dir", str(tmp_path)]) == 0
    text = call(capfd, tmp_path, "x")
    assert [row[1] == "n/a" for row in table(text)] == [False, True, True]
    assert "- halves_of_choose:Halves, seed 0: not ranked, because of this: fewer clusters than asked for.\n" in text
    assert "- halves_of_choose:Noisy, seed 0: not ranked, because of this: some samples are in no cluster.\n" in text
    assert "in the input, which has 4 features" in text


CLASSES = """
import numpy as np


class Halves:
    def __init__(self, n_clusters=3):
        self.n_clusters = n_clusters

    def fit(self, X, y=None):
        self.labels_ = np.arange(len(X)) % 2
        return self


class Noisy(Halves):
    def fit(self, X, y=None):
        self.labels_ = np.arange(len(X)) % 4 - 1
        return self
"""


def test_equal_fits_are_named_and_the_earlier_row_is_first(capfd, tmp_path: Path) -> None:
    """Three far groups: every fit finds them, under other numbers of the clusters."""
    rng = np.random.default_rng(0)
    np.save(tmp_path / "X.npy", np.concatenate([rng.normal(c, 0.1, (30, 2)) for c in (0, 9, 40)]).astype(np.float32))
    run = ["run", "--dataset", str(tmp_path / "X.npy"), "--methods", "kmeans", "--n-clusters", "3", "--seeds", "4"]
    assert main([*run, "--threads", "1", "--name", "x", "--results-dir", str(tmp_path)]) == 0
    text = call(capfd, tmp_path, "x")
    assert [seed for *_, seed in table(text)] == [0, 1, 2, 3]
    others = "kmeans, seed 1, kmeans, seed 2, kmeans, seed 3"
    assert f"- {others}: equal to the first one, which is named because it is the earlier one.\n" in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["onne"], "no experiment 'onne'"),
        (["parts"], "'parts' has no finished fit of all samples; `choose` compares such fits."),
        (["one", "--n-clusters", "0"], "--n-clusters 0 is not valid"),
        (["one", "--with-labels"], "--with-labels"),
    ],
)
def test_wrong_use_is_one_line(folder: Path, capfd, arguments: list[str], expected: str) -> None:
    assert expected in call(capfd, folder, *arguments, code=2)


def test_a_search_a_published_copy_and_a_table_over_sets_are_refused(folder: Path, capfd, tmp_path: Path) -> None:
    place = ["--threads", "1", "--results-dir", str(tmp_path)]
    folds = ["--limit", "100", "--param", "kmeans.n_init=1,2", "--folds", "2", "--name", "s"]
    assert main(["search", "small", "--dataset", "digits", *folds, *place]) == 0
    assert "'s' has no finished fit of all samples" in call(capfd, tmp_path, "s", code=2)
    (tmp_path / "one").mkdir()
    for file in ("manifest.json", "cells.csv", "table.csv", "table.md"):
        shutil.copy(folder / "one" / file, tmp_path / "one" / file)
    assert "results 'one' are published tables" in call(capfd, tmp_path, "one", code=2)
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32))
    both = ["--dataset", f"{tmp_path / 'a.npy'},{tmp_path / 'b.npy'}", "--n-clusters", "2", "--methods", "kmeans"]
    assert main(["run", *both, "--seeds", "1", "--name", "sets", *place]) == 0
    assert "'sets' is a table over several data sets, and `choose` is for" in call(capfd, tmp_path, "sets", code=2)


def test_without_a_ranked_fit_it_is_one_line_with_the_reasons(capfd, tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", np.repeat(np.eye(2, dtype=np.float32), 10, axis=0))
    run = ["run", "--dataset", str(tmp_path / "X.npy"), "--methods", "kmeans", "--n-clusters", "3", "--seeds", "1"]
    assert main([*run, "--threads", "1", "--name", "x", "--results-dir", str(tmp_path)]) == 0
    message = call(capfd, tmp_path, "x", code=2)
    assert "'x' has no fit that the rule ranks: kmeans, seed 0: fewer clusters than asked for." in message


def test_other_data_than_those_of_the_run_are_refused(capfd, tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    np.save(tmp_path / "X.npy", X)
    run = ["run", "--dataset", str(tmp_path / "X.npy"), "--methods", "kmeans", "--n-clusters", "3", "--seeds", "2"]
    assert main([*run, "--threads", "1", "--name", "x", "--results-dir", str(tmp_path)]) == 0
    np.save(tmp_path / "X.npy", X[:50])
    assert "has changed since the run" in call(capfd, tmp_path, "x", code=2)
