"""Distances of 8-bit images are exact; other data are not treated as 8-bit images."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import silhouette_score as sklearn_silhouette_score

from bench.datasets.load import load
from bench.metrics.silhouette import distances, pixels
from bench.metrics.silhouette.distances import all_tiles
from bench.metrics.silhouette.exact import silhouette_scores
from bench.metrics.silhouette.pixels import LEVELS, Pixels


@pytest.fixture(autouse=True)
def small_tiles_on_any_processor(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(distances, "_TILE", 64)
    monkeypatch.setattr(distances, "_STRIP", 24)
    monkeypatch.setattr(pixels, "_is_fast_here", lambda: True)


@pytest.fixture
def exact():
    if not pixels._is_exact_here():
        pytest.skip("this processor has no exact products of 8-bit integers")


def images(n_samples: int = 150, n_features: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Random levels, with the lowest and the highest, and their images."""
    levels = np.random.default_rng(0).integers(0, 256, (n_samples, n_features), dtype=np.int64)
    levels[0], levels[1], levels[2] = 0, 255, 255
    return levels, LEVELS[levels]


class WholeTile:
    """All distances of one tile."""

    def __init__(self, rows: slice, columns: slice) -> None:
        self.rows, self.columns = rows, columns
        self.distances = np.full((rows.stop - rows.start, columns.stop - columns.start), np.nan, np.float32)

    def add(self, strip: slice, distances: np.ndarray) -> None:
        self.distances[strip] = distances


def test_distances_are_exact_in_any_order(exact: None):
    levels, X = images()
    order = np.random.default_rng(1).permutation(len(X))
    assert Pixels.of(X, order) is not None
    tiles = list(all_tiles(X, order, WholeTile))
    assert len(tiles) == 6
    for tile in tiles:
        squares = np.square(levels[order[tile.rows], None] - levels[None, order[tile.columns]]).sum(2)
        np.testing.assert_array_equal(tile.distances, np.sqrt(squares.astype(np.float32)))


def test_the_largest_images_do_not_overflow():
    X = np.zeros((2, pixels.MAX_FEATURES), np.float32)
    X[1] = 1
    (tile,) = all_tiles(X, np.arange(2), WholeTile)
    assert tile.distances[0, 1] == pytest.approx(255 * pixels.MAX_FEATURES**0.5)


@pytest.mark.parametrize(
    "change",
    [
        lambda X: X.astype(np.float64),
        lambda X: X[:, :100],
        lambda X: X + np.float32(1),
        lambda X: X * np.float32(0.999),
        lambda X: np.where(X[5, 5] == X, np.float32(np.nan), X),
    ],
    ids=["float64", "few features", "out of range", "between levels", "nan"],
)
def test_other_data_are_not_treated_as_8_bit_images(change):
    assert Pixels.of(change(images()[1]), np.arange(150)) is None


def test_silhouettes_of_real_images_equal_scikit_learns(exact: None):
    data = load("mnist-5k")
    X = np.array(data.features[::10])
    assert Pixels.of(X, np.arange(len(X))) is not None
    labelings = [data.labels[::10], np.random.default_rng(0).integers(0, 4, len(X))]
    expected = [sklearn_silhouette_score(X.astype(np.float64), labels) for labels in labelings]
    assert silhouette_scores(X, labelings) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("instructions", ["AVX2", "DEFAULT"])
def test_the_silhouette_is_exact_with_any_instructions_of_torch(instructions: str):
    """The products of 8-bit integers of AVX2 are not exact and must not be used."""
    program = (
        "import numpy as np; from bench.metrics.silhouette import pixels; "
        "from bench.metrics.silhouette.exact import silhouette_scores; "
        "pixels._is_fast_here = lambda: True; rng = np.random.default_rng(0); labels = np.arange(300) % 3; "
        "levels = np.clip(rng.integers(0, 256, (300, 200)) + 60 * labels[:, None], 0, 255); "
        "print(*(silhouette_scores(X, [labels])[0] for X in (pixels.LEVELS[levels], pixels.LEVELS[levels] / 2)))"
    )
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": instructions}
    output = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    as_pixels, as_points = map(float, output.stdout.split())
    assert as_pixels == pytest.approx(as_points, abs=1e-6)
