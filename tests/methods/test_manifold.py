"""UMAP: the graph has the exact neighbours, and no code is compiled anew for the search."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from methods import device_neighbours
from methods.base import FloatArray, IntArray
from methods.device_neighbours import nearest_neighbours
from methods.manifold import exact_neighbours, umap_embedding

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def test_neighbours_are_exact_and_the_sample_itself_is_first() -> None:
    X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    indices, distances = exact_neighbours(X, 5, None)
    exact = np.sort(cdist(X, X), axis=1)[:, :5]
    assert (indices[:, 0] == np.arange(60)).all()
    np.testing.assert_allclose(distances, exact, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(X[:, None] - X[indices], axis=2), exact, atol=1e-6)


def test_equal_samples_are_their_own_first_neighbours() -> None:
    X = np.zeros((10, 3), np.float32)
    indices, distances = exact_neighbours(X, 4, None)
    assert (indices[:, 0] == np.arange(10)).all()
    assert (distances == 0).all()


@pytest.mark.parametrize("device", [None, CPU, CUDA])
def test_clusters_that_are_far_apart_stay_apart(device: torch.device | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with the neighbours that a GPU finds; here, its search runs on the processor."""
    asked = []

    def on_the_processor(X: FloatArray, n_neighbors: int, device: torch.device) -> tuple[IntArray, FloatArray]:
        asked.append(device)
        return nearest_neighbours(X, n_neighbors, CPU)

    monkeypatch.setattr(device_neighbours, "nearest_neighbours", on_the_processor)
    generator = np.random.default_rng(0)
    X = np.concatenate([generator.normal(center, 0.1, size=(80, 6)) for center in (0, 5, 10)]).astype(np.float32)
    positions = umap_embedding(X, 2, 10, seed=0, device=device)
    assert asked == ([CUDA] if device == CUDA else [])
    centres = positions.reshape(3, 80, 2).mean(axis=1)
    spread = np.linalg.norm(positions.reshape(3, 80, 2) - centres[:, None], axis=2).max()
    assert cdist(centres, centres)[np.triu_indices(3, 1)].min() > 2 * spread
