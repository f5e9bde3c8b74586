"""The Gaussian mixture, UMAP, and the first clusters of DEC."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score

from methods.dec.ae_gmm import AEGMM
from methods.dec.drawn_start import drawn_rows, labels_of_all
from methods.dec.latent import phase_seed
from methods.dec.start import UMAPSettings, find_start, most_typical
from methods.manifold import umap_embedding
from methods.mixture import Mixture


def two_long_clusters(scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Two long, narrow clusters, which K-Means splits across."""
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 2
    points = rng.standard_normal((600, 2)) * [1.5, 0.2] + np.outer(labels, [1.0, 2.0])
    return (points * scale).astype(np.float32), labels


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_covariances_separate_long_clusters_at_any_scale(scale: float):
    X, labels = two_long_clusters(scale)
    mixture = Mixture(X, 2, 3, 0)
    assert adjusted_rand_score(labels, mixture.labels) > 0.95
    assert adjusted_rand_score(labels, find_start(X, "kmeans", 2, 3, 0).labels) < 0.5
    np.testing.assert_array_equal(mixture.labels, mixture.predict(X))


def test_there_are_no_more_components_than_different_samples():
    X = np.repeat(np.eye(3, dtype=np.float32), 5, axis=0)
    mixture = Mixture(X, 8, 1, 0)
    assert sorted(set(mixture.labels)) == [0, 1, 2]
    np.testing.assert_allclose(mixture.means[mixture.labels], X, atol=1e-5)


@pytest.mark.parametrize("init", ["kmeans", "gmm"])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_search_with_earlier_labels_starts_from_them(init: str, axis: int):
    """Four blobs in a square form two clusters in two ways."""
    rng = np.random.default_rng(0)
    corner = np.stack([np.arange(400) % 2, np.arange(400) // 200], axis=1)
    X = (4 * corner + rng.normal(0, 0.3, (400, 2))).astype(np.float32)
    before = corner[:, axis].copy()
    before[:40] = 1 - before[:40]
    np.testing.assert_array_equal(find_start(X, init, 2, 1, 0, start_labels=before).labels, corner[:, axis])


@pytest.mark.parametrize("seed", range(10))
def test_a_start_in_many_dimensions_and_few_samples_has_an_inverse(seed: int):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(300, 128)).astype(np.float32) * rng.uniform(1e-3, 1, 128).astype(np.float32)
    mixture = Mixture(X, 10, 1, 0, start_labels=np.arange(300) % 10)
    np.testing.assert_array_equal(mixture.labels, mixture.predict(X))


@pytest.mark.slow
@pytest.mark.parametrize("init", ["kmeans", "gmm", "manifold", "hidden-manifold"])
def test_a_start_has_a_centre_for_each_of_its_labels(digits: np.ndarray, init: str):
    start = find_start(digits, init, 10, 3, 0, hidden=digits)
    assert sorted(set(start.labels)) == list(range(len(start.centers)))
    means = np.stack([digits[start.labels == k].mean(0) for k in range(len(start.centers))])
    np.testing.assert_allclose(start.centers, means, atol=1e-2)


def test_the_start_that_agrees_most_with_the_others_is_used():
    usual = np.repeat([0, 1, 2, 3], 25)
    renamed = np.repeat([2, 0, 3, 1], 25)
    merged = np.repeat([0, 1, 2, 2], 25)
    odd = np.arange(100) % 4
    assert most_typical([merged, odd, usual, renamed]) is usual
    assert most_typical([merged]) is merged


@pytest.mark.slow
def test_clusters_on_umap_are_better_than_clusters_of_pixels():
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    pixels, manifold = (
        adjusted_rand_score(y, find_start(X, init, 10, 10, 0).labels) for init in ("kmeans", "manifold")
    )
    assert manifold > pixels + 0.1


@pytest.mark.slow
def test_a_hidden_manifold_uses_the_hidden_layer():
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    blurred = np.ascontiguousarray(X[:, :3])
    of_codes, of_hidden = (
        adjusted_rand_score(y, find_start(blurred, init, 10, 1, 0, hidden=X).labels)
        for init in ("manifold", "hidden-manifold")
    )
    assert of_hidden > of_codes + 0.3


@pytest.mark.slow
def test_a_map_of_a_part_of_the_samples_gives_clusters_of_all():
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    part, whole, every = (
        find_start(X, "manifold", 10, 1, 0, umap=UMAPSettings(n_mapped=n)).labels for n in (600, len(X), None)
    )
    np.testing.assert_array_equal(whole, every)
    assert (part != whole).any()
    assert len(part) == len(X)
    assert adjusted_rand_score(y, part) > 0.6 < adjusted_rand_score(y, whole)


def test_a_sample_that_is_not_drawn_has_the_label_of_its_neighbours():
    space = np.repeat([[0.0], [10.0]], 20, axis=0).astype(np.float32)
    rows = drawn_rows(40, 25, 3)
    labels = labels_of_all(space, rows, (rows >= 20).astype(np.int64))
    np.testing.assert_array_equal(labels, np.arange(40) >= 20)
    assert labels_of_all(space, drawn_rows(40, None, 3), labels) is labels


def test_dec_with_init_gmm_starts_from_the_clusters_of_ae_gmm(digits: np.ndarray):
    mixture = AEGMM(10, preset="small", pretrain_epochs=2, device="cpu", random_state=0).fit(digits.reshape(-1, 8, 8))
    assert mixture.embedding_ is not None
    start = find_start(mixture.embedding_, "gmm", 10, 1, phase_seed(0, "centres"))
    np.testing.assert_array_equal(start.labels, mixture.labels_)


def test_few_samples_are_returned_unchanged(digits: np.ndarray):
    assert umap_embedding(digits[:11], 10, seed=0) is not None
    np.testing.assert_array_equal(umap_embedding(digits[:11], 10, seed=0), digits[:11])
    assert umap_embedding(digits[:12], 10, seed=0).shape == (12, 10)


@pytest.mark.slow
def test_umap_does_not_change_the_threads_of_torch():
    """In a separate process, because numba chooses its threading layer only once."""
    script = (
        "import sys, torch; from methods.manifold import umap_embedding; from sklearn.datasets import load_digits\n"
        "umap_embedding(load_digits().data.astype('float32'), seed=0)\n"
        "sys.exit(torch.get_num_threads() - 1)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


@pytest.mark.slow
def test_equal_seeds_give_equal_maps_and_other_seeds_other_maps(digits: np.ndarray):
    first = umap_embedding(digits, 3, seed=1)
    np.testing.assert_array_equal(first, umap_embedding(digits, 3, seed=1))
    assert not np.array_equal(first, umap_embedding(digits, 3, seed=2))
