"""`search`: grids of cross-validated cells on real digits, with a choice without labels."""

import contextlib
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.cli.app import main
from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.experiments.search import SearchRequest, grid_experiment, grids_of
from bench.report.best import FOLDS
from bench.report.map_silhouettes import read_map_silhouettes, write_map_silhouettes
from bench.report.outcomes import read
from bench.store.reading import READ_PLAIN
from bench.store.store import Store
from methods import registry

RULE = "silhouette in one UMAP map of the data"
COMMAND = ["search", "small", "--dataset", "digits", "--folds", "2", "--threads", "1", "--epochs-scale", "0.06"]
GRID = ["--param", "dec.kl_weight=0.1,1.0", "--param", "ae-kmeans.lr=0.001,0.0001,1e20", "--latent-dims", "5,10"]


def quick_map(points: np.ndarray, seed: int) -> np.ndarray:
    """Instead of UMAP: the first coordinates."""
    return points[:, :10]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("searched")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEC_BENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(registry, "umap_map", quick_map)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            code = main([*COMMAND, *GRID, "--results-dir", str(folder)])
    (folder / "output.txt").write_text(output.getvalue())
    return folder / "search-small-x0.06", code


@pytest.mark.slow
def test_it_ends_with_the_answer_and_the_chosen_points(searched: tuple[Path, int]):
    folder, _ = searched
    lines = (folder.parent / "output.txt").read_text().splitlines()
    points = pd.read_csv(folder / "search.csv")
    table = lines.index(f"{folder.name}: digits, 1,797 samples")
    assert " is scaled by 0.06: " in lines[table + 1]
    assert sum(line.startswith(("dec (", "ae-kmeans (")) for line in lines[table:]) == len(points), "once, not per grid"
    dec = points[points.chosen & (points.method == "dec")].iloc[0]
    chosen = f"Chosen for dec, without labels: latent_dim={dec.latent_dim:.0f}, kl_weight={dec.kl_weight:g}, by {RULE}"
    assert any(line.startswith(f"{chosen} ({dec.silhouette_map_mean:.4f} ± ") for line in lines)
    assert lines[-2].startswith(f"{folder}/search.md, and ")
    assert lines[-1] == f"{folder}/report.html"


@pytest.mark.slow
def test_every_point_has_a_row_and_the_criterion_alone_chooses(searched: tuple[Path, int]):
    folder, _ = searched
    points = pd.read_csv(folder / "search.csv")
    assert len(points) == 2 * 2 + 3 * 2
    for method in ("dec", "ae-kmeans"):
        of_method = points[points.method == method]
        if method == "dec":
            ranks = of_method["silhouette_own_mean"].rank(ascending=False) + of_method["kl_divergence_mean"].rank()
        else:
            ranks = of_method["reconstruction_error_mean"].rank()
        assert of_method.chosen.sum() == 1
        assert of_method.chosen.idxmax() == of_method["silhouette_map_mean"].idxmax()
        assert of_method.chosen_by_own_indices.idxmax() == ranks.idxmin()
        assert of_method.best_by_labels.idxmax() == of_method["ari_mean"].idxmax()


@pytest.mark.slow
def test_a_point_whose_cells_failed_is_shown_and_never_chosen(searched: tuple[Path, int]):
    folder, code = searched
    assert code == 1
    diverged = pd.read_csv(folder / "search.csv").query("lr == 1e20")
    assert len(diverged) == 2
    assert not diverged.chosen.any()
    assert "0 of 2, 2 failed" in (folder / "search.md").read_text()


@pytest.mark.slow
def test_scores_are_means_over_held_out_folds(searched: tuple[Path, int]):
    folder, _ = searched
    cells = pd.read_csv(folder / "cells.csv").query("method == 'dec' and latent_dim == 5 and kl_weight == 0.1")
    point = pd.read_csv(folder / "search.csv").query("method == 'dec' and latent_dim == 5 and kl_weight == 0.1")
    assert len(cells) == 2
    assert point["silhouette_own_mean"].item() == pytest.approx(cells["silhouette_own"].mean())
    assert point["ari_mean"].item() == pytest.approx(cells["ari"].mean())


@pytest.mark.slow
def test_folds_have_no_test(searched: tuple[Path, int]):
    """Fits of different folds learn from the same samples, so a permutation of them means nothing."""
    folder, _ = searched
    text = (folder / "table.md").read_text()
    assert FOLDS in text
    assert not re.search(r"\*\*[\d-]", text), "no figure is bold"
    assert "against each baseline" not in text
    assert (folder / "improvements.csv").read_text().count("\n") == 1, "the heading alone"


@pytest.mark.slow
def test_the_table_names_folds_schedule_and_criterion(searched: tuple[Path, int]):
    text = (searched[0] / "search.md").read_text()
    assert "scaled by 0.06: 2 + 1 epochs instead of 25 + 10" in text
    assert "all but one of 2 folds" in text
    assert f"## dec, chosen by {RULE}" in text
    assert f"## ae-kmeans, chosen by {RULE}" in text
    assert "## What the choice costs" in text
    assert "2-fold cross-validation" in (searched[0] / "table.md").read_text()


@pytest.mark.slow
def test_the_values_that_all_points_share_are_named(searched: tuple[Path, int]):
    text = (searched[0] / "search.md").read_text()
    assert "The same for all grid points: preset small, pretrain_epochs 2, epochs 1." in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*COMMAND, "--param", "dec.lr=0.01"], "contain another search of dec: over kl_weight"),
        ([*COMMAND[:-1], "0.04", *GRID], "have another schedule"),
        ([*COMMAND, "--folds", "3", *GRID], "2 folds; this search is over"),
        ([*COMMAND, *GRID, "--param", "dec.epochs=3"], "--epochs-scale and --param dec.epochs both set the epochs"),
    ],
)
def test_a_folder_has_one_grid_for_each_method(
    searched: tuple[Path, int], arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]
):
    folder, _ = searched
    before = (folder / "manifest.json").read_bytes()
    assert main([*arguments, "--name", folder.name, "--results-dir", str(folder.parent)]) == 2
    assert message in capfd.readouterr().err
    assert (folder / "manifest.json").read_bytes() == before


def test_the_grids_of_the_preset_are_the_grids_of_its_report():
    grids = {
        grid.method: parse_experiment(
            methods=grid.method, dataset="mnist-5k", split="train+test", seeds="3", presets="sha12",
            latent_dims=grid.latent_dims, n_clusters=None, params=list(grid.params),
        )
        for grid in registry.preset("sha12").grids.values()
    }  # fmt: skip
    autoencoder = grids["ae-kmeans"].params["ae-kmeans"]
    assert autoencoder == {"lr": (0.1, 0.01, 0.001, 0.0001), "batch_size": (32, 64, 128, 256)}
    assert grids["dec"].params["dec"]["kl_weight"] == (0.1, 0.5, 1.0)
    assert grids["dec"].latent_dims == (32, 64, 128)


def request(*params: str, latent_dims: str | None = None, epochs_scale: float = 1.0) -> SearchRequest:
    return SearchRequest(
        preset="sha12",
        dataset="digits",
        split="all",
        reading=READ_PLAIN,
        folds=2,
        stage=None,
        params=params,
        latent_dims=latent_dims,
        n_clusters=None,
        epochs_scale=epochs_scale,
        name=None,
    )


def test_the_schedule_of_the_preset_does_not_apply_to_a_map():
    a_request = request("som.sigma=1,2", epochs_scale=0.2)
    (grid,) = grids_of(a_request)
    assert set(grid_experiment(a_request, grid).params["som"]) == {"sigma"}


@pytest.mark.slow
def test_scores_of_the_map_are_those_of_the_held_out_labels(searched: tuple[Path, int]):
    folder, _ = searched
    silhouettes = pd.read_csv(folder / "map_silhouettes.csv")
    cells = pd.read_csv(folder / "cells.csv").query("status == 'ok'")
    assert len(silhouettes) == len(cells) == 8 + 8
    assert silhouettes.groupby("fold")["n_samples"].unique().map(list).to_dict() == {0: [899], 1: [898]}
    assert silhouettes["map"].nunique() == 1
    points = pd.read_csv(folder / "search.csv")
    of_method = silhouettes.groupby("method")["silhouette_map"].mean()
    assert points.groupby("method")["silhouette_map_mean"].mean().to_dict() == pytest.approx(of_method.to_dict())


@pytest.mark.slow
def test_a_finished_search_is_not_measured_again_and_a_report_needs_no_map(
    searched: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder, code = searched
    shutil.copytree(folder, tmp_path / folder.name)
    copy = tmp_path / folder.name
    files = ("map_silhouettes.csv", "search.md", "search.csv")
    before = {name: (copy / name).read_bytes() for name in files}
    monkeypatch.setattr(registry, "umap_map", lambda points, seed: pytest.fail("a second map"))
    for name in ("search.md", "search.csv"):
        (copy / name).unlink()
    assert main(["report", folder.name, "--results-dir", str(tmp_path)]) == 0
    assert {name: (copy / name).read_bytes() for name in files} == before
    assert main([*COMMAND, *GRID, "--results-dir", str(tmp_path)]) == code == 1
    assert {name: (copy / name).read_bytes() for name in files} == before


@pytest.mark.slow
def test_if_one_fit_has_another_result_all_are_measured_in_one_new_map(
    searched: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder, _ = searched
    shutil.copytree(folder, tmp_path / folder.name)
    store = Store(tmp_path, folder.name)
    found = read_map_silhouettes(store)
    key, one = next(iter(found.by_key.items()))
    others = {**found.by_key, key: replace(one, arrays_digest="0" * 64)}
    records = [outcome.record for outcome in read(store).ok if outcome.record]
    write_map_silhouettes(store, replace(found, by_key=others), records)
    monkeypatch.setattr(registry, "umap_map", lambda points, seed: points[:, 10:20])
    main([*COMMAND, *GRID, "--results-dir", str(tmp_path)])
    after = read_map_silhouettes(store).by_key
    assert found.by_key.keys() == after.keys()
    assert all(after[key].value != each.value for key, each in found.by_key.items())


@pytest.mark.slow
def test_a_fit_that_is_made_again_with_the_same_bits_is_not_measured_again(
    searched: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder, _ = searched
    shutil.copytree(folder, tmp_path / folder.name)
    next((tmp_path / folder.name / "cells").glob("dec-*.npz")).unlink()
    monkeypatch.setattr(registry, "umap_map", lambda points, seed: pytest.fail("a second map"))
    main([*COMMAND, *GRID, "--results-dir", str(tmp_path)])
    before, after = (read_map_silhouettes(Store(each, folder.name)) for each in (folder.parent, tmp_path))
    assert before == after


@pytest.mark.slow
def test_too_few_samples_for_a_map_is_one_line_and_nothing_is_chosen(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    few = ["search", "small", "--dataset", "digits", "--limit", "11", "--folds", "2", "--n-clusters", "2"]
    options = ["--param", "kmeans.n_init=1,2", "--threads", "1", "--name", "few", "--results-dir", str(tmp_path)]
    problem = "the map of the data cannot be made: the UMAP space needs 12 samples or more; the data have 11."
    assert main([*few, *options, "--dry-run"]) == 0
    assert f"warning: no point will be chosen, because {problem}" in capfd.readouterr().out
    assert main([*few, *options]) == 0
    output = capfd.readouterr().out
    assert output.count(problem) == 1
    assert "No point is chosen for kmeans" in output
    assert f"No point is chosen, because {problem}" in (tmp_path / "few" / "search.md").read_text()


@pytest.mark.slow
def test_a_class_with_predict_can_be_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(registry, "umap_map", quick_map)
    grid = ["--param", "sklearn.cluster:MiniBatchKMeans.n_init=1,2", "--folds", "2", "--threads", "1"]
    arguments = ["search", "small", "--dataset", "digits", "--limit", "200", *grid, "--results-dir", str(tmp_path)]
    assert main(arguments) == 0
    assert "Chosen for sklearn.cluster:MiniBatchKMeans, without labels: n_init=" in capfd.readouterr().out


def test_a_grid_of_the_user_replaces_the_grids_of_the_preset():
    grids = grids_of(request("som.sigma=1,2", "dec.lr=0.1,0.2", "dec.epochs=1", latent_dims="5"))
    assert [(grid.method, grid.latent_dims) for grid in grids] == [("som", None), ("dec", "5")]
    assert [grid.method for grid in grids_of(request("sklearn.cluster:Birch.threshold=0.1,0.5"))] == [
        "sklearn.cluster:Birch"
    ]
    with pytest.raises(UsageError, match="did you mean 'kmeans'"):
        grids_of(request("kmean.n_init=1,2"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "sha21"], "did you mean 'sha12'?"),
        (["search", "small"], "preset small has no grids"),
        (["search", "sha12", "--stage", "cluster"], "did you mean 'clustering'?"),
        (["search", "sha12", "--dataset", "digits"], "latent size 128 is larger than the 64 features"),
        (["search", "sha12", "--folds", "1"], "--folds 1 is not valid; expected a number of at least 2."),
        (
            ["search", "small", "--dataset", "digits", "--folds", "500", *GRID],
            "--folds 500 is not valid; expected 2 to 179",
        ),
        (["search", "sha12", "--param", "dec.lambda=1"], "unknown parameter of dec 'lambda'"),
        (
            ["search", "sha12", "--param", "sklearn.cluster:DBSCAN.eps=1,2"],
            "sklearn.cluster:DBSCAN has no `predict`, and a search needs it to label the fold that is held out",
        ),
        (["search", "sha12", "--param", "nonsense"], "--param METHOD.NAME=VALUES"),
        (["search", "sha12", "--param", "kl_weight=0.1"], "--param kl_weight=0.1 is not valid"),
        (
            ["search", "sha12", "--param", "som.sigma=1,2", "--latent-dims", "5"],
            "--latent-dims needs a method that learns a representation; --param has som",
        ),
        (
            ["search", "sha12", "--stage", "clustering", "--latent-dims", "5"],
            "--stage excludes --param and --latent-dims",
        ),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    assert main([*arguments, "--results-dir", str(tmp_path)]) == 2
    _, errors = capfd.readouterr()
    assert message in errors
    assert errors.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
