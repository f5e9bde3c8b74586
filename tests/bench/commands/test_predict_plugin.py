"""`predict` and `export` with the model of another package's method, with the package and without it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image
import pytest
from commands import command
from documents import ROOT
from plugin_packages import install
from sklearn.datasets import load_digits

pytestmark = pytest.mark.slow

N_TRAINED = 600
SOURCE = '''
from methods import PCAKMeans
from methods.options import options

@options
class Projected(PCAKMeans):
    """K-Means on principal components, by another package."""
'''
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with images for the fit, new images, and an installed package with a method."""
    place = tmp_path_factory.mktemp("place")
    digits = load_digits()
    for row, (image, label) in enumerate(zip(digits.images[:800], digits.target, strict=False)):
        folder = place / ("old" if row < N_TRAINED else "new") / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray((image * 15).astype(np.uint8)).save(folder / f"{row}.png")
    (place / "packages").mkdir()
    points = "[dec_bench.methods]\nprojected = projected:Projected\n"
    install(place / "packages", "projected", {"projected": SOURCE}, points)
    return place


@pytest.fixture(scope="module")
def run(place: Path) -> Run:
    """A command in a process of its own, with the package or without it."""

    def call(*arguments: str, without: bool = False) -> subprocess.CompletedProcess[str]:
        path = [str(ROOT)] if without else [str(ROOT), str(place / "packages")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "OMP_NUM_THREADS": "1"}
        environment["DEC_BENCH_CACHE"] = str(place / "cache")
        program = [*command("", draws=False), *arguments]
        return subprocess.run(program, cwd=place, env=environment, capture_output=True, text=True, timeout=300)

    options = ["--methods", "projected", "--dataset", "old", "--seeds", "1", "--name", "fits"]
    done = call("run", *options, "--param", "projected.n_init=2")
    assert done.returncode == 0, done.stderr
    done = call("export", "fits", "--method", "projected", "--to", "exported")
    assert done.returncode == 0, done.stderr
    return call


def test_the_images_of_the_fit_get_its_labels(run: Run, place: Path) -> None:
    done = run(*["predict", "fits", "--method", "projected", "--dataset", "old", "--to", "old.csv"])
    assert done.returncode == 0, done.stderr
    (fitted,) = (place / "results/fits/assignments").glob("projected*.csv")
    assert (place / "old.csv").read_text() == fitted.read_text()


@pytest.mark.parametrize("source", ["fits --method projected", "./exported"])
def test_new_images_get_the_labels_of_the_model(run: Run, place: Path, tmp_path: Path, source: str) -> None:
    file = tmp_path / "new.csv"
    done = run("predict", *source.split(), "--dataset", "new", "--to", str(file))
    assert done.returncode == 0, done.stderr
    assert "compared with the true labels of these samples: accuracy 0." in done.stdout
    frame = pd.read_csv(file)
    assert len(frame) == 800 - N_TRAINED
    code = (
        "import methods, numpy, PIL.Image, pandas; frame = pandas.read_csv('new.csv'); "
        "images = [numpy.asarray(PIL.Image.open(f'new/{name}')) for name in frame['name']]; "
        "X = numpy.stack(images).reshape(len(frame), -1).astype('float32') / 255; "
        "assert (methods.load('exported').predict(X) == frame['cluster']).all()"
    )
    (place / "new.csv").write_text(file.read_text())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(place / "packages")])}
    subprocess.run([sys.executable, "-c", code], cwd=place, env=environment, check=True)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "fits --method projected",
            "seed 0 needs plug-in projected 1.0, which is not installed; install it.",
        ),
        ("./exported", "unknown method 'projected'; known: "),
    ],
)
def test_without_the_package_it_is_one_line(run: Run, place: Path, tmp_path: Path, source: str, message: str) -> None:
    file = tmp_path / "new.csv"
    done = run("predict", *source.split(), "--dataset", "new", "--to", str(file), without=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert message in line
    assert not file.exists()


@pytest.mark.usefixtures("run")
def test_the_card_of_an_exported_model_names_the_package(place: Path) -> None:
    card = (place / "exported" / "README.md").read_text()
    assert "Method: A tiny package (plug-in projected 1.0)." in card
    assert "Also install projected 1.0, the package of the method." in card
    assert "from_pretrained" not in card
