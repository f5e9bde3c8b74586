"""`--class-sizes`: tables, folders and other commands name the data rightly, and a run continues."""

from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

import bench
from bench.cli.app import main
from bench.store.sets import read_sets
from bench.store.store import Store

pytestmark = pytest.mark.slow

RUN = ("run", "--methods", "kmeans", "--seeds", "1", "--threads", "1", "--class-sizes", "2:20")
TITLE = "digits with class sizes 2:20"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of kmeans on digits with classes of 2 to 20 rows."""
    folder = tmp_path_factory.mktemp("results")
    assert main([*RUN, "--dataset", "digits", "--results-dir", str(folder)]) == 0
    return folder


def test_the_folder_and_each_table_have_the_sizes_in_the_name(results: Path):
    store = Store(results, "digits-2-20")
    manifest = store.manifest()
    assert manifest is not None
    assert manifest.data.reading.class_sizes == (2, 20)
    assert manifest.data.n_samples == sum(range(2, 21, 2)) == 110
    table = store.path("table.md").read_text()
    assert f"Data: {TITLE} (scikit-learn), split all, 110 samples" in table
    assert "rows by class: 0: 2 of 178, 1: 4 of 182" in table
    assert "large classes dominate accuracy" in table
    for name in ("table.csv", "cells.csv"):
        assert set(pd.read_csv(store.path(name))["dataset"]) == {TITLE}
    assert TITLE in store.path("report.html").read_text()


def test_the_rows_of_the_assignments_are_those_of_the_source(results: Path):
    (file,) = (results / "digits-2-20" / "assignments").glob("*.csv")
    rows = pd.read_csv(file)["row"].to_numpy()
    assert (np.diff(rows) > 0).all()
    assert np.bincount(load_digits().target[rows]).tolist() == list(range(2, 21, 2))


def test_the_same_command_continues(results: Path, capfd: pytest.CaptureFixture[str]):
    assert main([*RUN, "--dataset", "digits", "--results-dir", str(results)]) == 0
    output = capfd.readouterr().out
    assert f"kmeans on {TITLE}, seed 0" in output
    assert "1 of 1 cells are finished already." in output
    assert main(["show", "--results-dir", str(results)]) == 0
    assert TITLE in capfd.readouterr().out


def test_all_rows_are_other_data_and_are_refused_in_the_same_folder(results: Path, capfd: pytest.CaptureFixture[str]):
    whole = ["run", "--dataset", "digits", "--methods", "kmeans", "--seeds", "1", "--threads", "1"]
    assert main([*whole, "--name", "digits-2-20", "--results-dir", str(results)]) == 2
    assert f"results 'digits-2-20' are on data set '{TITLE}'" in capfd.readouterr().err


def test_published_tables_keep_the_name(results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    left_out = ignore_patterns("cells", "scores", "attempts", "models", "assignments", "locks")
    copytree(results / "digits-2-20", tmp_path / "digits-2-20", ignore=left_out)
    assert main(["report", "digits-2-20", "--results-dir", str(tmp_path)]) == 0
    assert f"Data: {TITLE} (scikit-learn)" in (tmp_path / "digits-2-20" / "table.md").read_text()
    assert main(["show", "digits-2-20", "--results-dir", str(tmp_path)]) == 0
    assert f"digits-2-20: {TITLE}, 110 samples" in capfd.readouterr().out


def test_the_figures_read_the_same_rows_again(results: Path):
    assert main(["figures", "digits-2-20", "--samples", "100", "--results-dir", str(results)]) == 0


def test_predict_takes_all_rows_or_sizes_of_its_own(results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    predict = ["predict", "digits-2-20", "--method", "kmeans", "--dataset", "digits", "--results-dir", str(results)]
    assert main([*predict, "--to", str(tmp_path / "all.csv")]) == 0
    assert "kmeans, seed 0: 1,797 samples" in capfd.readouterr().out
    assert main([*predict, "--class-sizes", "1:10", "--to", str(tmp_path / "few.csv")]) == 0
    assert "rows by class: 0: 1 of 178" in capfd.readouterr().out
    assert len(pd.read_csv(tmp_path / "few.csv")) == 55


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--class-sizes 600:6000", "too few rows for --class-sizes 600:6000 in 10 of 10 classes: '0' has 178 and"),
        ("--class-sizes many", "--class-sizes many is not valid"),
        ("--class-sizes 2:20 --limit 50", "give one of both"),
    ],
)
def test_wrong_sizes_are_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str], options: str, words: str):
    run = ["run", "--dataset", "digits", "--methods", "kmeans", "--results-dir", str(tmp_path)]
    assert main([*run, *options.split()]) == 2
    error = capfd.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_table_over_several_data_sets_has_the_sizes(tmp_path: Path):
    assert main([*RUN, "--dataset", "digits,mnist-5k", "--results-dir", str(tmp_path)]) == 0
    store = Store(tmp_path, "sets-digits-2-20-mnist-5k-2-20")
    manifest = read_sets(store)
    assert manifest is not None
    assert [each.title for each in manifest.sets] == ["digits-2-20", "mnist-5k-2-20"]
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {store.name, "digits-2-20", "mnist-5k-2-20"}
    assert set(pd.read_csv(store.path("sets.csv"))["dataset"]) == {TITLE, "mnist-5k with class sizes 2:20"}


def test_python_takes_a_pair_of_sizes(tmp_path: Path):
    X, y = load_digits(return_X_y=True)
    options: dict[str, Any] = {"seeds": 1, "threads": 1, "results_dir": tmp_path, "verbose": False}
    with pytest.warns(UserWarning, match="large classes dominate"):
        named = bench.run("kmeans", dataset="digits", class_sizes=(2, 20), **options)
    assert named.path.name == "digits-2-20"
    assert list(named.sets) == ["digits-2-20"]
    assert named.table["dataset"].tolist() == [TITLE]
    with pytest.warns(UserWarning, match="large classes dominate"):
        given = bench.run("kmeans", dataset=(X, y), class_sizes=(2, 20), **options)
    assert given.path.name.startswith("arrays-")
    assert given.path.name.endswith("-2-20")
    assert "rows by class: 0: 2 of 178" in given.caveats[0]
