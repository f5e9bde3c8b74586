"""The silhouette equals scikit-learn's, also where float32 is not precise enough."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score as reference

from bench.metrics.silhouette import distances
from bench.metrics.silhouette import exact as silhouette
from bench.metrics.silhouette.exact import silhouette_scores


def silhouette_score(X: object, labels: object) -> float:
    return silhouette_scores(np.asarray(X), [np.asarray(labels)])[0]


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles so small that a few hundred samples need many of them; the last one is smaller."""
    monkeypatch.setattr(distances, "_TILE", 64)
    monkeypatch.setattr(distances, "_STRIP", 24)


def test_by_hand() -> None:
    # a = 1, 1; b = 10, 9; so s = 9/10, 8/9; and s = 0 for the cluster of one sample
    assert silhouette_score(np.array([[0.0], [1.0], [10.0]]), np.array([0, 0, 1])) == pytest.approx((0.9 + 8 / 9) / 3)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(5, 300),
    width=st.integers(1, 20),
    k=st.integers(2, 6),
    separation=st.sampled_from([0, 1, 100]),
    kind=st.sampled_from([np.float32, np.float64]),
)
def test_equals_scikit_learn(seed: int, n: int, width: int, k: int, separation: int, kind: type) -> None:
    rng = np.random.default_rng(seed)
    labels = np.append(rng.integers(0, k, n - 3), [0, 0, 1])
    X = (separation * rng.normal(size=(k, width))[labels] + rng.normal(size=(n, width))).astype(kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distances, "_TILE", 64)
        patch.setattr(distances, "_STRIP", 24)
        assert silhouette_score(X, labels) == pytest.approx(reference(X.astype(float), labels), abs=1e-6)


@pytest.mark.parametrize("deviation", [1.0, 0.01, 0.001])
@pytest.mark.parametrize("width", [2, 64])
def test_dense_clusters_that_are_far_apart_are_exact(width: int, deviation: float) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 2500)  # more samples than a tile has, so that float32 is used
    X = (100 * rng.normal(size=(10, width))[labels] + deviation * rng.normal(size=(2500, width))).astype(np.float32)
    assert silhouette_score(X, labels) == pytest.approx(reference(X.astype(float), labels), abs=1e-7)
    wrong = rng.integers(0, 10, 2500)
    assert silhouette_score(X, wrong) == pytest.approx(reference(X.astype(float), wrong), abs=1e-7)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("outlier", [1e6, 1e9, 1e12])
def test_one_outlier_does_not_reduce_the_precision(outlier: float, kind: type) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, 2500)
    X = (rng.normal(size=(5, 16))[labels] + rng.normal(size=(2500, 16))).astype(kind)
    X[0, 0] = outlier
    assert silhouette_score(X, labels) == pytest.approx(reference(X.astype(float), labels), abs=1e-6)


@pytest.mark.parametrize("unit", [1e-150, 1e-50, 1e40, 1e150])
def test_the_unit_of_length_does_not_matter(unit: float) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, 2500)
    X = rng.normal(size=(5, 16))[labels] + rng.normal(size=(2500, 16))
    assert silhouette_score(unit * X, labels) == pytest.approx(reference(X, labels), abs=1e-6)


def test_invalid_labels_and_features_are_errors() -> None:
    X = [[0.0], [1.0], [10.0], [11.0]]
    assert silhouette_score(X, [0, 0, 1, 1]) == pytest.approx(0.899749, abs=1e-6)
    with pytest.raises(ValueError, match="expected labels that are integers, got <U1"):
        silhouette_score(X, list("aabb"))
    with pytest.raises(ValueError, match=r"expected X of shape \(n_samples, n_features\), got \(4, 0\)"):
        silhouette_score(np.empty((4, 0)), np.array([0, 0, 1, 1]))


@pytest.mark.parametrize("copies", [20, 2000])
def test_duplicates_are_exact(copies: int) -> None:
    """A few near pairs are computed one by one; with many, the strip is computed in float64."""
    rng = np.random.default_rng(0)
    X = rng.random((2500, 300), dtype=np.float32)
    X[-copies:] = X[0]
    labels = np.arange(2500) % 3
    assert silhouette_score(X, labels) == pytest.approx(reference(X.astype(float), labels), abs=1e-7)


@pytest.mark.usefixtures("small_tiles")
def test_one_pass_over_many_labelings_equals_a_pass_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(200, 3))
    labelings = [rng.integers(0, k, 200) for k in (2, 3, 7, 30)]
    expected = [reference(X, labels) for labels in labelings]
    assert silhouette_scores(X, labelings) == pytest.approx(expected, abs=1e-6)
    monkeypatch.setattr(silhouette, "_SUMS_BYTES", 200 * 8 * 10)  # three passes of at most ten clusters
    shares: list[float] = []
    assert silhouette_scores(X, labelings, shares.append) == pytest.approx(expected, abs=1e-6)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


@pytest.mark.usefixtures("small_tiles")
def test_noise_is_left_out_and_gaps_in_labels_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    X, labels = rng.normal(size=(150, 2)), rng.integers(0, 4, 150)
    noisy = np.where(rng.random(150) < 0.3, -1, labels * 10)
    kept = noisy >= 0
    expected = [reference(X[kept], noisy[kept]), reference(X, labels)]
    assert silhouette_scores(X, [noisy, labels]) == pytest.approx(expected, abs=1e-6)


def test_a_read_only_memory_map(tmp_path: Path) -> None:
    X = np.random.default_rng(3).random((100, 4), dtype=np.float32)
    np.save(tmp_path / "X.npy", X)
    labels = np.arange(100) % 3
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    assert silhouette_score(mapped, labels) == silhouette_score(X, labels)


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_tiny_and_huge_data(scale: float) -> None:
    X, labels = np.random.default_rng(4).normal(size=(50, 3)), np.arange(50) % 2
    assert silhouette_score((X * scale).astype(np.float32), labels) == pytest.approx(reference(X, labels), abs=1e-6)


def test_equal_samples_have_a_silhouette_of_zero() -> None:
    assert silhouette_score(np.ones((6, 2)), np.array([0, 0, 0, 1, 1, 1])) == 0


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [0, 0, -1], [-1, -1, -1]])
def test_an_undefined_silhouette_is_an_error(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="at least 2 clusters and fewer clusters than samples"):
        silhouette_score(np.eye(3), np.array(labels))


def test_wrong_length_and_infinity_are_errors() -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\), got \(2,\)"):
        silhouette_score(np.eye(3), np.array([0, 1]))
    with pytest.raises(ValueError, match="finite"):
        silhouette_score(np.array([[0.0], [np.nan], [1.0]]), np.array([0, 0, 1]))
