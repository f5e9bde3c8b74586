"""`predict` labels new images and tables with a stored model, in another process than the fit."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image
import pytest
from sklearn.datasets import load_digits, load_wine

import bench
from bench.cli.app import main
from bench.store.store import Store

pytestmark = pytest.mark.slow

N_TRAINED = 1000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with images for the fit, new images, and the results of a run on the first."""
    folder = tmp_path_factory.mktemp("place")
    digits = load_digits()
    for row, (image, label) in enumerate(zip(digits.images, digits.target, strict=True)):
        part = "old" if row < N_TRAINED else "new"
        (folder / part / str(label)).mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray((image * 15).astype(np.uint8)).save(folder / part / str(label) / f"{row}.png")
    options = ["--methods", "kmeans,som,dec", "--preset", "small", "--seeds", "2", "--threads", "1"]
    options += ["--param", "dec.pretrain_epochs=3", "--param", "dec.epochs=2", "--param", "kmeans.n_init=1"]
    options += ["--name", "old", "--results-dir", str(folder / "results")]
    assert main(["run", "--dataset", str(folder / "old"), *options]) == 0
    return folder


def predicted(place: Path, capfd: pytest.CaptureFixture[str], *options: str, code: int = 0, name: str = "old") -> str:
    capfd.readouterr()
    assert main(["predict", name, *options, "--results-dir", str(place / "results")]) == code
    output, errors = capfd.readouterr()
    return errors if code else output


@pytest.mark.parametrize("method", ["kmeans", "som", "dec"])
def test_the_data_of_the_fit_have_its_labels_and_strengths(
    place: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], method: str
) -> None:
    file = tmp_path / "labels.csv"
    predicted(place, capfd, "--method", method, "--seed", "1", "--dataset", str(place / "old"), "--to", str(file))
    (fitted,) = (place / "results/old/assignments").glob(f"{method}*-s1-*.csv")
    assert file.read_text() == fitted.read_text()


def test_new_images_are_labelled_in_a_new_process(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    command = [sys.executable, "-m", "bench", "predict", "old", "--method", "dec", "--to", str(file)]
    command += ["--dataset", str(place / "new"), "--results-dir", str(place / "results")]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    frame = pd.read_csv(file)
    assert len(frame) == 1797 - N_TRAINED
    assert frame["name"].str.endswith(".png").all()
    assert frame["strength_kind"].eq("q").all()
    assert "dec, seed 0: 797 samples" in output
    model = bench.load("old", place / "results").model("dec")
    images = np.stack([np.asarray(PIL.Image.open(place / "new" / name)) for name in frame["name"]])
    assert (model.predict(images / np.float32(255)) == frame["cluster"]).all()


def test_true_labels_are_compared_and_not_used(place: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chosen = ["--method", "kmeans", "--dataset", str(place / "new")]
    labelled = predicted(place, capfd, *chosen, "--to", str(tmp_path / "a.csv"))
    bare = predicted(place, capfd, *chosen, "--label-column", "none", "--to", str(tmp_path / "b.csv"))
    assert "accuracy 0." in labelled
    assert "accuracy" not in bare
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_a_table_is_scaled_as_in_the_fit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wine = load_wine(as_frame=True).frame
    wine[:150].to_csv(tmp_path / "old.csv", index=False)
    # Other columns, another order, and only a few rows: their own means would be others.
    wine[150:].assign(price=1.5)[[*wine.columns[::-1], "price"]].to_csv(tmp_path / "new.csv", index=False)
    options = ["--dataset", str(tmp_path / "old.csv"), "--seeds", "1", "--results-dir", str(tmp_path / "results")]
    assert main(["run", "--methods", "kmeans", "--n-clusters", "3", *options]) == 0
    output = predicted(
        tmp_path, capfd, "--method", "kmeans", "--dataset", str(tmp_path / "new.csv"), "--to", str(tmp_path / "l.csv")
    )
    features = wine.drop(columns="target")
    scaled = ((features[150:] - features[:150].mean()) / features[:150].std(ddof=0)).to_numpy(np.float32)
    expected = bench.load("old", tmp_path / "results").model("kmeans").predict(scaled)
    assert (pd.read_csv(tmp_path / "l.csv")["cluster"] == expected).all()
    assert "accuracy" in output


def test_wrong_use_is_one_line_with_the_remedy(place: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    new, file = str(place / "new"), str(tmp_path / "labels.csv")
    (tmp_path / "there.csv").write_text("mine")
    for options, message in (
        (["--method", "decc", "--dataset", new, "--to", file], "no row 'decc'; did you mean 'dec'?"),
        (["--method", "dec", "--seed", "7", "--dataset", new, "--to", file], "dec has no seed 7; its seeds: 0, 1"),
        (["--method", "dec", "--dataset", new, "--to", str(tmp_path / "there.csv")], "it exists; choose the name"),
        (["--method", "dec", "--dataset", new, "--to", str(tmp_path / "no/x.csv")], "there is no folder"),
        (["--method", "dec", "--dataset", new, "--resize", "4", "--to", file], "--resize is decided by the data of"),
        (
            ["--method", "dec", "--dataset", "mnist-5k", "--to", file],
            "data set 'mnist-5k' has images of 28 × 28 pixels, grey; the model expects 8 × 8",
        ),
    ):
        errors = predicted(place, capfd, *options, code=2)
        assert message in errors
        assert errors.count("\n") == 1
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert not Path(file).exists()


def test_a_fit_without_a_model_says_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = ["run", "--methods", "kmeans,sklearn.cluster:Birch", "--dataset", "digits", "--seeds", "1", "--threads", "1"]
    run += ["--results-dir", str(tmp_path / "results")]
    assert main([*run, "--no-models"]) == 0
    assert not (tmp_path / "results/digits/models").exists()
    rest = ["--dataset", "digits", "--to", str(tmp_path / "labels.csv")]
    errors = predicted(tmp_path, capfd, "--method", "kmeans", *rest, code=2, name="digits")
    assert "kmeans, seed 0 has no model: the fit was made with --no-models" in errors
    errors = predicted(tmp_path, capfd, "--method", "sklearn.cluster:Birch", *rest, code=2, name="digits")
    assert "models of classes of other packages are not kept" in errors
    assert main([*run, "--force"]) == 0
    predicted(tmp_path, capfd, "--method", "kmeans", *rest, name="digits")
    # A model of an earlier fit never stands beside a new one.
    (record,) = (each for each in Store(tmp_path / "results", "digits").records() if each.cell.method == "kmeans")
    config = Store(tmp_path / "results", "digits").model_path(record.key) / "config.json"
    config.write_bytes(config.read_bytes() + b"\n")
    errors = predicted(
        tmp_path, capfd, "--method", "kmeans", *rest[:2], "--to", str(tmp_path / "x.csv"), code=2, name="digits"
    )
    assert "kmeans, seed 0 has no model" in errors
    assert main([*run, "--no-models", "--force"]) == 0
    assert not list((tmp_path / "results/digits/models").glob("kmeans*"))
