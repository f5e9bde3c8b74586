"""A table in a file through all commands: the network is dense, and no figure shows images."""

from pathlib import Path

import pytest
from sklearn.datasets import load_iris, load_wine

from bench.cli.app import main
from bench.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.draws]

QUICK = ["--param", "dec.pretrain_epochs=2", "--param", "dec.epochs=1", "--param", "som.n_steps=300"]


@pytest.fixture
def iris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    load_iris(as_frame=True).frame.to_csv(tmp_path / "iris.csv", index=False)
    return tmp_path / "iris.csv"


def test_run_show_figures_and_describe(iris: Path, capsys: pytest.CaptureFixture[str]):
    folder = ["--results-dir", str(iris.parent / "results")]
    run = ["run", "--dataset", str(iris), "--methods", "dec,ae-kmeans,som,kmeans", "--seeds", "1", "--threads", "1"]
    assert main([*run, *QUICK, "--param", "ae-kmeans.pretrain_epochs=2", *folder]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "4 columns are standardised" in printed
    assert "preset mlp: the latent size is 4 instead of 10" in printed
    store = Store(iris.parent / "results", "iris")
    assert "150 samples of 4 features (columns, standardised), 3 classes" in store.path("table.md").read_text()
    manifest = store.manifest()
    assert manifest is not None
    assert manifest.data.feature_kind == "columns, standardised"
    assert {(cell.preset, cell.latent_dim) for cell in manifest.cells} == {("mlp", 4), (None, None)}
    assert main(["figures", "iris", "--samples", "100", "--threads", "1", *folder]) == 0
    drawn = {path.stem for path in store.path("figures").glob("*.png")}
    assert {"tsne-dec", "tsne-ae-kmeans", "confusion-dec", "confusion-kmeans"} <= drawn
    assert not [name for name in drawn if name.startswith(("centres", "reconstructions", "map"))]
    assert main(["show", "iris", *folder]) == 0
    assert main(["describe", str(iris)]) == 0
    described = capsys.readouterr().out
    assert "4, float32 (columns, standardised)" in described
    assert "value range" in described
    assert "pixel" not in described


def test_search_and_reproduce(iris: Path, capsys: pytest.CaptureFixture[str]):
    folder = ["--results-dir", str(iris.parent / "results"), "--threads", "1"]
    load_wine(as_frame=True).frame.to_parquet(iris.parent / "wine.parquet")
    grid = ["--param", "ae-kmeans.lr=0.01,0.001", "--folds", "2", "--epochs-scale", "0.02"]
    assert main(["search", "mlp", "--dataset", str(iris.parent / "wine.parquet"), *grid, *folder]) == 0
    assert "Chosen for ae-kmeans, without labels" in " ".join(capsys.readouterr().out.split())
    assert main(["reproduce", "sha12", "--dataset", str(iris), *folder]) == 2
    (error,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert "has columns, standardised; expected images, which the claims of a report are about" in error
    assert main(["run", "--dataset", str(iris), "--methods", "dec", "--preset", "sha12", *folder]) == 2
    assert "preset sha12 has convolutions, which need images" in capsys.readouterr().err
    triplet = ["--methods", "kmeans,dec", "--param", "dec.cluster_triplet_weight=0.1", "--name", "triplet"]
    assert main(["run", "--dataset", str(iris), *triplet, *folder]) == 2
    (error,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert "dec: cluster_triplet_weight=0.1 needs images" in error
    assert not (iris.parent / "results/triplet/cells").exists(), "no cell was started"
