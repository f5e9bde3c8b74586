"""`run --subsamples`: fits, scores and assignments describe the samples of the subsample, and other commands say so."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score

import bench
from bench.cli.app import main
from bench.experiments.folds import fold_of
from bench.store.store import Store

SMALL = ("--param", "dec.pretrain_epochs=1", "--param", "dec.epochs=1")
RUN = ("run", "--dataset", "digits", "--methods", "kmeans,dec", "--threads", "1", "--name", "sub", *SMALL)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seeds on two subsamples, and one seed of kmeans on all samples."""
    folder = tmp_path_factory.mktemp("results")
    here = ("--results-dir", str(folder))
    assert main([*RUN, "--seeds", "2", "--subsamples", "2", *here]) == 0
    assert main(["run", "--dataset", "digits", "--methods", "kmeans", "--seeds", "1", "--name", "sub", *here]) == 0
    return folder


def test_labels_scores_and_assignments_are_of_the_samples_of_the_subsample(results: Path):
    store, true = Store(results, "sub"), load_digits().target
    manifest = store.manifest()
    assert manifest is not None
    cells = [cell for cell in manifest.cells if cell.is_subsampled]
    assert len(cells) == 8
    for cell in cells:
        record = store.finished(cell)
        assert record is not None
        assert record.data_digest == manifest.data.digest, "of all data: the cell names the subsample"
        rows = fold_of(cell, len(true)).measured
        labels = store.arrays(cell.key)["labels"]
        assert len(labels) == len(rows) == 1438
        scores = store.scores(record)
        assert scores is not None
        assert scores.values["ari"] == pytest.approx(adjusted_rand_score(true[rows], labels))
        frame = pd.read_csv(store.assignments_path(cell.key))
        np.testing.assert_array_equal(frame["row"], rows)
        np.testing.assert_array_equal(frame["cluster"], labels)
        assert not store.has_model(record)


def test_one_pretraining_for_each_seed_and_subsample(results: Path):
    store = Store(results, "sub")
    cells = [cell for cell in store.manifest().cells if cell.method == "dec"]
    assert len({store.finished(cell).pretrained for cell in cells}) == 4


def test_the_same_command_runs_nothing_and_more_subsamples_keep_the_first_ones(
    results: Path, capfd: pytest.CaptureFixture[str]
):
    here = ("--results-dir", str(results), "--dry-run")
    assert main([*RUN, "--seeds", "2", "--subsamples", "2", *here]) == 0
    assert "0 of 8 cells to run" in capfd.readouterr().out
    assert main([*RUN, "--seeds", "2", "--subsamples", "3", *here]) == 0
    output = capfd.readouterr().out
    assert "4 of 12 cells to run; about" in output
    waiting = [line.split() for line in output.splitlines() if line.startswith("to run")]
    assert ["to", "run", "kmeans", "seed", "0", "subsample", "2"] in waiting
    assert all(line[-1] == "2" for line in waiting)


def test_the_table_has_rows_for_both_and_nothing_is_mixed(results: Path):
    text = (results / "sub/table.md").read_text()
    rows = [line.split("|")[1].strip() for line in text.split("## ")[1].splitlines() if line.startswith("| ")]
    assert rows == ["Method", "kmeans (subsamples)", "kmeans (all samples)", "dec"]
    assert "2 seeds × 2 subsamples" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("predict", "sub", "--method", "dec", "--dataset", "digits", "--to", "labels.csv"),
        ("export", "sub", "--method", "dec", "--to", "folder"),
        ("show", "sub", "--clusters", "kmeans (subsamples)"),
        ("compress", "sub", "--method", "dec", "--prune", "0.5"),
    ],
)
def test_commands_for_one_fit_need_a_row_of_all_samples(
    arguments: tuple[str, ...], results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, "--results-dir", str(results)]) == 2
    assert "has fits on 2 subsamples for each seed; expected a row of all samples." in capfd.readouterr().err


@pytest.mark.draws
def test_figures_leave_fits_of_subsamples_out_of_comparisons_and_say_so(
    results: Path, capfd: pytest.CaptureFixture[str]
):
    assert main(["figures", "sub", "--threads", "1", "--samples", "200", "--results-dir", str(results)]) == 0
    output = capfd.readouterr().out
    assert "leave out 8 fits of subsamples: they label different samples." in output
    assert not (results / "sub/agreement.csv").exists(), "one fit of all samples is left"


def test_one_data_set_at_a_time(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    arguments = [
        "--dataset",
        "digits,mnist-5k",
        "--methods",
        "kmeans",
        "--subsamples",
        "2",
        "--results-dir",
        str(tmp_path),
    ]
    assert main(["run", *arguments]) == 2
    assert "--subsamples is for one data set" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_same_from_python(tmp_path: Path):
    results = bench.run("kmeans", dataset="digits", seeds=1, subsamples=2, results_dir=tmp_path, verbose=False)
    assert results.table[["n_ok", "n_subsamples"]].values.tolist() == [[2, 2]]
    with pytest.raises(ValueError, match="expected a row of all samples"):
        results.model("kmeans")
    with pytest.raises(ValueError, match="subsamples"):
        bench.run("kmeans", dataset="digits", subsamples=1, results_dir=tmp_path, verbose=False)
