"""`bench.load` and `bench.Results`: frames, arrays and text of experiments on disk."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from documents import ROOT
from instant import Instant
from sklearn.datasets import load_digits

import bench
from bench.interface.shown import as_html, as_text
from bench.report.answer import Answer
from methods import KMeans

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(40, 5)), np.repeat(["x", "y"], 20)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> bench.Results:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEC_BENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        methods = [KMeans(n_clusters=2), KMeans(n_clusters=3), Instant(), "pca-kmeans"]
        folder = tmp_path_factory.mktemp("results")
        return bench.run(
            methods, dataset=(X, Y), seeds=[0, 4], results_dir=folder, name="arrays", jobs=1, verbose=False
        )


def test_the_frames_are_those_of_the_tables(results: bench.Results):
    for frame, name in ((results.cells, "cells.csv"), (results.table, "table.csv")):
        stored = pd.read_csv(results.path / name, keep_default_na=False, na_values=[""])
        pd.testing.assert_frame_equal(frame, stored)
    assert results.cells["seed"].tolist() == [0, 0, 0, 0, 4, 4, 4, 4]
    assert results.table["label"].tolist() == ["kmeans (k=2)", "kmeans (k=3)", "instant:Instant", "pca-kmeans"]
    assert results.table["ari_mean"].dtype == float


def test_what_was_loaded_is_what_was_returned(results: bench.Results):
    again = bench.load("arrays", results.path.parent)
    assert repr(again) == repr(results)
    pd.testing.assert_frame_equal(again.cells, results.cells)
    assert again.path == results.path


def test_labels_and_embedding_are_those_of_the_fit(results: bench.Results):
    expected = KMeans(n_clusters=3, random_state=4).fit(X.astype(np.float32)).labels_
    labels = results.labels("kmeans (k=3)", seed=4)
    assert (labels.dtype, labels.tolist()) == (np.int64, expected.tolist())
    assert results.labels("instant:Instant").tolist() == [0, 1] * 20
    embedding = results.embedding("pca-kmeans", seed=4)
    assert (len(embedding), embedding.dtype) == (40, np.float32)


ERRORS: dict[str, tuple[str, dict[str, Any], str]] = {
    "ambiguous": ("labels", {"method": "kmeans"}, r"labels: kmeans \(k=2\); kmeans \(k=3\)\.$"),
    "unknown": (
        "embedding",
        {"method": "dec"},
        "the table has no row 'dec'; .*; instant:Instant; pca-kmeans",
    ),
    "seed": ("labels", {"method": "pca-kmeans", "seed": 1}, "pca-kmeans has no seed 1; its seeds: 0, 4"),
    "no space": ("embedding", {"method": "instant:Instant"}, "instant:Instant learns no space of its own"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_a_wrong_name_is_one_line_that_names_the_right_ones(results: bench.Results, case: str):
    method, arguments, message = ERRORS[case]
    with pytest.raises(bench.UsageError, match=message):
        getattr(results, method)(**arguments)


def test_an_unknown_experiment_names_those_that_are_there(results: bench.Results):
    with pytest.raises(bench.UsageError, match=r"no experiment 'array'.*arrays"):
        bench.load("array", results.path.parent)


def test_the_text_and_the_html_have_every_row_and_every_caveat(results: bench.Results):
    html = results._repr_html_()
    caveats = repr(results).partition("Caveats:\n")[2].splitlines()
    assert [f"- {caveat}" for caveat in results.caveats] == caveats
    for label in results.table["label"]:
        assert f"\n{label} " in repr(results)
        assert f">{label}</td>" in html
    assert html.count("<tr>") == 5


def _limited(folder: Path, limit: int) -> tuple[bench.Results, list[str]]:
    """The results on at most so many rows of a table with a bad row, and the warnings."""
    table = pd.DataFrame({"a": [3.5, 1, 4, 1, 5, 9, 2, 6, 5, None], "b": [2.5, 7, 1, 8, 2, 8, 1, 8, 2, 8]})
    how: dict[str, Any] = {"label_column": "none", "on_bad": "skip", "limit": limit}
    with pytest.warns(UserWarning, match="these rows are left out: 9") as warned:
        results = bench.run("kmeans", dataset=table, n_clusters=2, seeds=1, results_dir=folder, verbose=False, **how)
    return results, [str(warning.message) for warning in warned]


def test_a_drawn_part_of_the_data_is_a_caveat_but_no_warning(folder: Path):
    results, warned = _limited(folder, 8)
    left_out, drawn = results.caveats
    assert "these rows are left out: 9" in left_out
    assert drawn == "8 of 9 rows, drawn at random (generator seed 0)."
    assert results.facts == []
    assert not any("drawn" in line for line in warned)


def test_facts_about_the_data_are_shown_and_are_no_caveats(folder: Path):
    results, _ = _limited(folder, 20)
    assert results.facts == ["Data: All 9 rows are used: --limit 20 is not below it."]
    assert len(results.caveats) == 1
    assert repr(results).partition("Caveats:")[0].endswith(f"\n{results.facts[0]}\n")
    assert f"<p>{results.facts[0]}</p>" in results._repr_html_()


def test_html_escapes_everything_and_has_no_colours():
    hostile = "<script>alert(1)</script>\u202e"
    html = as_html(Answer(hostile, (hostile,), ((hostile,),), (hostile,), (hostile,), (hostile,)))
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 6
    assert "\u202e" not in html
    assert not re.search(r"colou?r|background|#[0-9a-f]{3}", html)
    assert "\u202e" not in as_text(Answer(hostile, (hostile,), ((hostile,),), (hostile,)))


def test_published_tables_have_frames_and_no_labels():
    results = bench.load("mnist-3-methods", ROOT / "results")
    assert {"label", "ari_mean"} <= set(results.table)
    assert len(results.cells) == results.table["n_seeds"].sum()
    assert results.cells["ari"].dtype == float
    assert results.table["label"][0] in repr(results)
    assert results.failures.empty
    with pytest.raises(bench.UsageError, match="published tables without records, so it has no labels"):
        results.labels("dec")


def test_a_cross_validation_has_tables_and_no_labels(folder: Path, monkeypatch: pytest.MonkeyPatch):
    from bench.cli.app import main

    digits = load_digits()
    data = digits.images[:60] / 16, digits.target[:60]
    first = bench.run("kmeans", dataset=data, results_dir=folder, verbose=False, seeds=1)
    name = first.cells["dataset"][0]
    search = ["search", "sha12", "--dataset", name, "--folds", "2", "--param", "kmeans.n_init=1,2", "--name", "s"]
    assert main([*search, "--n-clusters", "3", "--threads", "1", "--results-dir", str(folder)]) == 0
    results = bench.load("s", folder)
    assert len(results.cells) == 4
    with pytest.raises(bench.UsageError, match="is a cross-validation: a fit has labels and codes of its held-out"):
        results.labels(results.table["label"][0])


def test_damage_is_a_warning_that_names_the_file_of_the_program(folder: Path):
    bench.run(KMeans(n_clusters=2), dataset=(X, Y), results_dir=folder, name="arrays", verbose=False)
    next(folder.glob("arrays/scores/*.json")).write_text("{")
    with pytest.warns(UserWarning, match="scores") as warned:
        bench.load("arrays", folder)
    assert warned[0].filename == __file__
