"""`reproduce` on real digits, with one epoch for each phase."""

import re
import shutil
from collections import Counter
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace
from sklearn import metrics

from bench.analysis import space_search
from bench.cli.app import main
from bench.datasets import cache
from bench.datasets.load import load
from bench.experiments.schedule import default_folder
from bench.metrics.engine import PROCESSOR, OutOfDeviceMemoryError
from bench.report.claims.table import write_claims
from bench.report.digest_csv import write_digest_csv
from bench.report.figures.declarations import FIGURES
from bench.store.encoding import encode
from bench.store.store import Store

COMMAND = ["reproduce", "sha12", "--dataset", "digits", "--seeds", "1", "--epochs-scale", "0.02", "--threads", "1"]
NAME = "reproduce-sha12-x0.02"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reproduced")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space_search, "SIZES", (300,))
        patch.setattr("bench.commands.reproduce.N_SAMPLES", 300)
        patch.setenv("DEC_BENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        assert main([*COMMAND, "--results-dir", str(folder)]) == 0
    return folder


def draw_only(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Of the figures, draw these only: each takes a second, and the views of all are made nevertheless."""
    patch.setattr("bench.report.figures.write.FIGURES", tuple(each for each in FIGURES if each.name in names))


@pytest.mark.slow
def test_every_claim_is_compared_with_our_result(results: Path):
    claims = pd.read_csv(results / NAME / "claims.csv").set_index("claim")
    cells = pd.read_csv(results / NAME / "cells.csv").set_index("method")
    assert claims.loc["silhouette-dec", "ours_mean"] == pytest.approx(cells.loc["dec", "silhouette_own"])
    assert claims.loc["silhouette-kmeans", "ours_mean"] == pytest.approx(cells.loc["kmeans", "silhouette_input"])
    assert claims.loc["quantization", "ours_mean"] == pytest.approx(cells.loc["som", "quantization_error"])
    assert claims.loc["conv1", "verdict"] == "equal"
    assert claims.loc["side", "verdict"] == "not equal"  # these images are 8 × 8
    assert claims.loc["train", "verdict"] == "not defined"
    assert claims.loc["epochs of clustering", ["ours_mean", "verdict"]].tolist() == [1, "not taken over"]
    assert claims.loc["clusters", ["ours_mean", "verdict"]].tolist() == [10, "taken over"]
    assert claims.loc["silhouette-dec", ["n_seeds", "verdict"]].tolist() == [1, "cannot be decided"]
    assert set(claims["note"]) == {(results / NAME / "manifest.json").read_text().split('"notes": [')[1].split('"')[1]}
    assert f"{cells.loc['dec', 'silhouette_input']:.3f}" in claims.loc["silhouette-dec", "why"]


@pytest.mark.slow
def test_a_scaled_schedule_is_named_in_every_table(results: Path):
    for name in ("table.md", "claims.md"):
        text = (results / NAME / name).read_text()
        assert "scaled by 0.02: 1 + 1 epochs instead of 50 + 30" in text, name
    cells = pd.read_csv(results / NAME / "cells.csv").set_index("method")
    assert list(cells.loc["dec", ["pretrain_epochs", "epochs", "batch_size"]]) == [1, 1, 128]


@pytest.mark.slow
def test_indices_of_other_spaces_equal_the_indices_of_scikit_learn(results: Path):
    indices = pd.read_csv(results / NAME / "spaces.csv")
    assert {300, 1797} <= set(indices["samples"])
    spaces = {"pixels", "two principal components of codes of dec", "t-SNE of codes of ae-kmeans"}
    assert spaces | {"codebook of the map", "places of the winning units on the map"} <= set(indices["space"])
    row = indices.query("space == 'pixels' and samples == 1797 and clustered == 'in pixels by kmeans'").iloc[0]
    store = Store(results, NAME)
    (record,) = (record for record in store.records() if record.cell.method == "kmeans")
    labels, X = store.arrays(record.key)["labels"], np.asarray(load("digits").features)
    assert row["silhouette"] == pytest.approx(metrics.silhouette_score(X, labels), abs=1e-5)
    assert row["davies_bouldin"] == pytest.approx(metrics.davies_bouldin_score(X, labels), rel=1e-4)
    assert row["calinski_harabasz"] == pytest.approx(metrics.calinski_harabasz_score(X, labels), rel=1e-4)


@pytest.mark.slow
def test_random_targets_stand_beside_the_nearest_way_to_measure(results: Path):
    targets, spaces = (pd.read_csv(results / NAME / name) for name in ("random_targets.csv", "spaces.csv"))
    assert list(zip(targets["method"], targets["targets"], strict=True)) == [
        (method, kind) for method in ("som", "kmeans") for kind in ("drawn", "left out")
    ]
    assert set(targets["all_tries"]) == {len(spaces)}
    assert targets["share_nearer"].between(0, 1).all()
    assert f"{targets['distance'][0]:.3f}" in (results / NAME / "claims.md").read_text().partition("## The hunt")[2]


@pytest.mark.slow
def test_published_tables_are_not_changed(results: Path, tmp_path: Path):
    for name in ("manifest.json", "cells.csv", "claims.md"):
        (tmp_path / NAME).mkdir(exist_ok=True)
        (tmp_path / NAME / name).write_bytes((results / NAME / name).read_bytes())
    assert main([*COMMAND, "--dry-run", "--results-dir", str(tmp_path)]) == 0
    assert default_folder("reproduce", "sha12", 0.02, tmp_path) == f"{NAME}-again"
    assert default_folder("reproduce", "sha12", 0.02, results) == NAME


@pytest.mark.slow
def test_a_search_of_other_data_is_not_cited(results: Path, tmp_path: Path):
    shutil.copytree(results / NAME, tmp_path / NAME)
    beside = tmp_path / "search-sha12"
    beside.mkdir()
    search = pd.DataFrame({"kl_weight": [0.1, 0.5], "criterion": "x", "chosen": [0, 1], "best_by_labels": [1, 0]})
    write_digest_csv(beside / "search.csv", search)
    store = Store(tmp_path, NAME)
    stored = store.manifest()
    assert stored is not None
    assert not any(cell.folds for cell in stored.cells)
    for source, verdict in ((stored.data.source, "equal"), ("other", "not defined")):
        manifest = replace(stored, name=beside.name, data=replace(stored.data, source=source))
        (beside / "manifest.json").write_bytes(encode(manifest))
        write_claims(store, "sha12", stored.cells, {}, "")
        claims = pd.read_csv(tmp_path / NAME / "claims.csv").set_index("claim")
        assert claims.loc["lambda", "verdict"] == verdict


@pytest.mark.slow
def test_claims_are_about_the_requested_cells(results: Path, tmp_path: Path):
    shutil.copytree(results / NAME, tmp_path / NAME)
    store = Store(tmp_path, NAME)
    stored = store.manifest()
    assert stored is not None
    write_claims(store, "sha12", [cell for cell in stored.cells if cell.method != "som"], {}, "")
    claims = pd.read_csv(tmp_path / NAME / "claims.csv").set_index("claim")
    assert claims.loc["silhouette-som", "verdict"] == "not defined"
    assert claims.loc["silhouette-dec", "verdict"] != "not defined"


@pytest.mark.slow
def test_a_second_call_runs_nothing(results: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bench.commands.reproduce.N_SAMPLES", 300)
    monkeypatch.setattr("bench.commands.reproduce.search_spaces", lambda *arguments: pytest.fail("searched twice"))
    draw_only(monkeypatch)
    before = (results / NAME / "claims.md").read_text()
    assert main([*COMMAND, "--results-dir", str(results)]) == 0
    output = capfd.readouterr().out
    assert "4 of 4 cells are finished already" in output
    claims = pd.read_csv(results / NAME / "claims.csv")
    *_, of_results, of_counts, of_settings, path, page = output.splitlines()
    assert page.endswith("/report.html")
    kinds = {"results": of_results, "counts and arithmetic": of_counts, "settings": of_settings}
    for kind, line in kinds.items():
        total, *counts = (int(number) for number in re.findall(r"\d+", line))
        assert line.startswith(f"Of {total} claims on {kind}: ")
        assert total == sum(counts) == (claims["kind"] == kind).sum()
    assert path.startswith(f"{results}/{NAME}/claims.md, and ")
    assert output.count(f"{NAME}: digits, 1,797 samples") == 1, "the answer is shown once, at the end"
    assert (results / NAME / "claims.md").read_text() == before


@pytest.mark.slow
def test_other_cells_of_the_folder_change_nothing(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    shutil.copytree(results, tmp_path / "all")
    monkeypatch.setattr("bench.commands.reproduce.N_SAMPLES", 300)
    monkeypatch.setattr("bench.commands.reproduce.search_spaces", lambda *arguments: pytest.fail("searched twice"))
    draw_only(monkeypatch, "confusion")
    here = ["--dataset", "digits", "--name", NAME, "--results-dir", str(tmp_path / "all"), "--threads", "1"]
    assert main(["run", "--methods", "pca-kmeans,sklearn.cluster:Birch", "--seeds", "1", *here]) == 0
    assert main(["run", "--methods", "kmeans", "--seeds", "1", "--param", "kmeans.n_init=1", *here]) == 0
    before = pd.read_csv(results / NAME / "claims.csv")
    assert main([*COMMAND, "--results-dir", str(tmp_path / "all")]) == 0
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "all" / NAME / "claims.csv"), before)
    stems = {path.stem for path in (tmp_path / "all" / NAME / "figures").iterdir()}
    assert {"confusion-kmeans", "confusion-kmeans_n_init_1"} <= stems


@pytest.mark.slow
def test_each_split_is_loaded_at_most_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    digits = load("digits")
    images = (np.asarray(digits.features)[:300] * 255).astype(np.uint8).reshape(-1, 8, 8)
    columns = {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(digits.class_names or []))}
    for split, rows in {"train": slice(200), "test": slice(200, 300)}.items():
        content = {"image": list(images[rows]), "label": [int(label) for label in digits.labels[:300][rows]]}
        table = datasets.Dataset.from_dict(content, features=datasets.Features(columns))
        table.to_parquet(tmp_path / "pictures" / f"{split}-00000-of-00001.parquet")
    loaded: Counter[str] = Counter()
    entry_path = cache.entry_path

    def counting(root: Path, source: str, key: list[str]) -> Path:
        loaded[key[-1]] += 1
        return entry_path(root, source, key)

    monkeypatch.setattr(cache, "entry_path", counting)
    monkeypatch.setattr("bench.commands.reproduce._search_spaces", lambda *arguments: None)
    draw_only(monkeypatch)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    arguments = ["--dataset", str(tmp_path / "pictures"), "--results-dir", str(tmp_path / "results")]
    assert main([*COMMAND, *arguments]) == 0
    claims = pd.read_csv(tmp_path / "results" / NAME / "claims.csv").set_index("claim")
    assert claims.loc["train", "ours_mean"] == 200
    assert loaded["train+test"] == 1
    assert set(loaded.values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["garbled", "shortened", "another number", "without columns", "empty"])
def test_a_damaged_search_of_spaces_is_repeated(
    results: Path, tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    shutil.copytree(results, tmp_path / "all")
    monkeypatch.setattr("bench.commands.reproduce.draw", lambda *arguments: [])
    draw_only(monkeypatch)
    monkeypatch.setattr("bench.commands.reproduce.search_spaces", lambda *arguments: whole)
    path = tmp_path / "all" / NAME / "spaces.csv"
    whole, text = pd.read_csv(path).drop(columns=["made_from", "digest"]), path.read_bytes()
    damaged = {
        "garbled": b'space,samples\n"unterminated,1\xff\x00',
        "shortened": b"\n".join(text.splitlines()[:6]) + b"\n",
        "another number": text.replace(b"0.", b"0.9", 1),
        "without columns": b"space,samples\npixels,1\n",
        "empty": b"",
    }
    path.write_bytes(damaged[damage])
    assert main([*COMMAND, "--results-dir", str(tmp_path / "all")]) == 0
    assert path.read_bytes() == text
    assert "spaces.csv.corrupt; `reproduce` searches the spaces again." in capfd.readouterr().out


@pytest.mark.slow
def test_without_memory_of_the_gpu_the_processor_searches(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    shutil.copytree(results, tmp_path / "all")
    monkeypatch.setattr("bench.commands.reproduce.draw", lambda *arguments: [])
    draw_only(monkeypatch)
    path = tmp_path / "all" / NAME / "spaces.csv"
    whole, text, engines = pd.read_csv(path).drop(columns=["made_from", "digest"]), path.read_bytes(), []

    def search(*arguments: object) -> pd.DataFrame:
        engines.append(arguments[-1])
        if len(engines) == 1:
            raise OutOfDeviceMemoryError("CUDA out of memory.")
        return whole

    monkeypatch.setattr("bench.commands.reproduce.search_spaces", search)
    path.unlink()
    assert main([*COMMAND, "--results-dir", str(tmp_path / "all")]) == 0
    assert path.read_bytes() == text
    assert engines[-1] is PROCESSOR
    assert len(engines) == 2
    assert "the GPU has too little free memory" in capfd.readouterr().out


@pytest.mark.slow
def test_another_schedule_needs_another_name(results: Path, capfd: pytest.CaptureFixture[str]):
    before = (results / NAME / "manifest.json").read_bytes()
    other = [*COMMAND[:-3], "0.04", "--threads", "1", "--name", NAME, "--results-dir", str(results)]
    assert main(other) == 2
    _, errors = capfd.readouterr()
    assert "have another schedule" in errors
    assert "scaled by 0.02" in errors
    assert errors.count("\n") == 1
    assert (results / NAME / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reproduce", "sha21"], "unknown report 'sha21'; did you mean 'sha12'?"),
        (["reproduce", "sha12", "--epochs-scale", "0"], "'--epochs-scale': expected a share, 0 < share ≤ 1, got 0."),
        (["reproduce", "sha12", "--epochs-scale", "2"], "'--epochs-scale': expected a share, 0 < share ≤ 1, got 2."),
        (["reproduce", "sha12", "--seeds", "3,3"], "names '3' twice"),
        (["reproduce", "sha12", "--dataset", "mnist-6k"], "did you mean 'mnist-5k'?"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    output, errors = capfd.readouterr()
    assert output == ""
    assert message in errors
    assert errors.count("\n") == 1
