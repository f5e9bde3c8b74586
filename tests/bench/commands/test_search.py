"""`search`: grids of cross-validated cells on real digits, with a choice without labels."""

import contextlib
import io
from pathlib import Path

import pandas as pd
import pytest

from bench.cli.app import main
from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.experiments.search import SearchRequest, grid_experiment, grids_of, search_criteria
from bench.metrics.declarations import metric
from bench.store.reading import READ_PLAIN
from methods import registry

COMMAND = ["search", "small", "--dataset", "digits", "--folds", "2", "--threads", "1", "--epochs-scale", "0.06"]
GRID = ["--param", "dec.kl_weight=0.1,1.0", "--param", "ae-kmeans.lr=0.001,0.0001,1e20", "--latent-dims", "5,10"]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("searched")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEC_BENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
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
    chosen = f"Chosen for dec, without labels: latent_dim={dec.latent_dim:.0f}, kl_weight={dec.kl_weight:g}, by the sum"
    assert any(line.startswith(chosen) and f"(Silhouette {dec.silhouette_own_mean:.4f} ± " in line for line in lines)
    assert lines[-1].startswith(f"{folder}/search.md, and ")


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
        assert of_method.chosen.idxmax() == ranks.idxmin()
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
def test_the_table_names_folds_schedule_and_criterion(searched: tuple[Path, int]):
    text = (searched[0] / "search.md").read_text()
    assert "scaled by 0.06: 2 + 1 epochs instead of 25 + 10" in text
    assert "all but one of 2 folds" in text
    assert "## dec, chosen by the sum of ranks by silhouette, own space and by KL(P‖Q), own space" in text
    assert "## ae-kmeans, chosen by reconstruction error, input space" in text
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


def test_every_method_has_a_criterion_without_labels():
    criteria = search_criteria()
    assert set(criteria) == set(registry.METHODS)
    assert all(metric(name).kind != "external" for names in criteria.values() for name in names)


def test_a_grid_of_the_user_replaces_the_grids_of_the_preset():
    grids = grids_of(request("som.sigma=1,2", "dec.lr=0.1,0.2", "dec.epochs=1", latent_dims="5"))
    assert [(grid.method, grid.latent_dims) for grid in grids] == [("som", None), ("dec", "5")]
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
