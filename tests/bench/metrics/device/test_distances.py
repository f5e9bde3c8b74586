"""Silhouettes on a device equal scikit-learn's and those of the processor, to 1e-6 or better."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score
from torch.utils._python_dispatch import TorchDispatchMode

from bench.metrics.device import distances as module
from bench.metrics.device.engine import DeviceEngine
from bench.metrics.engine import PROCESSOR
from bench.metrics.silhouette import exact, sampled
from bench.metrics.silhouette.pixels import LEVELS

rng = np.random.default_rng(0)


def means(engine: DeviceEngine, X: object, *labelings: object) -> list[float]:
    return [found.mean for found in engine.silhouettes(np.asarray(X), [np.asarray(labels) for labels in labelings])]


def blobs(n: int, width: int, k: int, centres: float = 1, deviation: float = 1) -> tuple[np.ndarray, np.ndarray]:
    """Clusters in float32, and their labels."""
    labels = rng.integers(0, k, n)
    X = centres * rng.normal(size=(k, width))[labels] + deviation * rng.normal(size=(n, width))
    return X.astype(np.float32), labels


def images(n: int, n_features: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """8-bit images of three classes."""
    labels = np.arange(n) % 3
    levels = np.clip(rng.integers(0, 256, (n, n_features)) + 60 * labels[:, None], 0, 255)
    return LEVELS[levels], labels


def test_by_hand(engine: DeviceEngine) -> None:
    X = np.array([[0.0], [1.0], [10.0]])
    assert means(engine, X, [0, 0, 1]) == [pytest.approx((0.9 + 8 / 9) / 3)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(5, 300),
    width=st.integers(1, 20),
    k=st.integers(2, 6),
    separation=st.sampled_from([0, 1, 100]),
    kind=st.sampled_from([np.float32, np.float64]),
)
def test_equals_scikit_learn(
    engine: DeviceEngine, seed: int, n: int, width: int, k: int, separation: int, kind: type
) -> None:
    own = np.random.default_rng(seed)
    labels = np.append(own.integers(0, k, n - 3), [0, 0, 1])
    X = (separation * own.normal(size=(k, width))[labels] + own.normal(size=(n, width))).astype(kind)
    assert means(engine, X, labels) == [pytest.approx(silhouette_score(X.astype(float), labels), abs=1e-9)]


@pytest.mark.parametrize("deviation", [1.0, 0.01, 1e-4])
@pytest.mark.parametrize("width", [2, 64])
def test_dense_clusters_that_are_far_apart(engine: DeviceEngine, width: int, deviation: float) -> None:
    X, labels = blobs(500, width, 10, 100, deviation)
    wrong = rng.integers(0, 10, 500)
    expected = [silhouette_score(X.astype(float), each) for each in (labels, wrong)]
    assert means(engine, X, labels, wrong) == pytest.approx(expected, abs=1e-7)


def test_tight_clusters_far_from_the_origin(engine: DeviceEngine) -> None:
    """Without the move to the median, rounding would be a hundred times as large as the distances in a cluster."""
    labels = np.arange(300) % 3
    X = 1e7 + labels[:, None] + 0.1 * rng.normal(size=(300, 8))
    assert means(engine, X, labels) == [pytest.approx(silhouette_score(X - 1e7, labels), abs=1e-6)]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("outlier", [1e6, 1e12])
def test_one_outlier_does_not_reduce_the_precision(engine: DeviceEngine, outlier: float, kind: type) -> None:
    X, labels = blobs(300, 16, 5)
    X = X.astype(kind)
    X[0, 0] = outlier
    assert means(engine, X, labels) == [pytest.approx(silhouette_score(X.astype(float), labels), abs=1e-7)]


@pytest.mark.parametrize("unit", [1e-150, 1e-30, 1e30, 1e150])
def test_the_unit_of_length_does_not_matter(engine: DeviceEngine, unit: float) -> None:
    X = rng.normal(size=(200, 5))
    labels = rng.integers(0, 3, 200)
    expected = pytest.approx(silhouette_score(X, labels), abs=1e-6)
    assert means(engine, unit * X, labels) == [expected]
    if 1e-38 < unit < 1e38:
        assert means(engine, (unit * X).astype(np.float32), labels) == [expected]


def test_images_equal_scikit_learn_and_the_processor(engine: DeviceEngine, exact_bytes: None) -> None:
    X, labels = images(200)
    other = rng.integers(0, 4, 200)
    found = means(engine, X, labels, other)
    assert found == pytest.approx([silhouette_score(X.astype(float), each) for each in (labels, other)], abs=1e-8)
    assert found == pytest.approx([each.mean for each in PROCESSOR.silhouettes(X, [labels, other])], abs=1e-7)


def test_noise_gaps_and_clusters_of_one_sample(engine: DeviceEngine) -> None:
    X, labels = blobs(150, 2, 4)
    noisy = np.where(rng.random(150) < 0.3, -1, labels * 10)
    lonely = np.append(labels[:-2], [7, 9])
    kept = noisy >= 0
    expected = [silhouette_score(X[kept].astype(float), noisy[kept])]
    expected += [silhouette_score(X.astype(float), each) for each in (labels, lonely)]
    assert means(engine, X, noisy, labels, lonely) == pytest.approx(expected, abs=1e-9)


def test_equal_samples_have_a_silhouette_of_zero(engine: DeviceEngine) -> None:
    assert means(engine, np.full((6, 2), 3.0), [0, 0, 0, 1, 1, 1]) == [0]


def test_several_passes_equal_one_and_the_share_rises_to_one(
    engine: DeviceEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = rng.normal(size=(200, 3))
    labelings = [rng.integers(0, k, 200) for k in (2, 3, 7, 30)]
    together = means(engine, X, *labelings)
    monkeypatch.setattr(exact, "_SUMS_BYTES", 200 * 8 * 10)  # three passes of at most ten clusters
    shares: list[float] = []
    apart = [found.mean for found in engine.silhouettes(X, labelings, shares.append)]
    assert apart == pytest.approx(together, abs=1e-12)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


@pytest.mark.parametrize("n", [150, 128, 17])
def test_a_stratified_sample_equals_that_of_the_processor(
    engine: DeviceEngine, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    monkeypatch.setattr(sampled, "EXACT_WORK", 0)
    monkeypatch.setattr(sampled, "SAMPLE", 100)
    X, labels = blobs(n, 4, 3)
    labels[:2] = -1
    (found,), (expected,) = engine.silhouettes(X, [labels]), PROCESSOR.silhouettes(X, [labels])
    assert found.mean == pytest.approx(expected.mean, abs=1e-6)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-4)


def test_a_read_only_memory_map_and_columns_in_reverse_without_a_warning(engine: DeviceEngine, tmp_path: Path) -> None:
    X, labels = images(100, 40)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [*means(engine, mapped, labels), *means(engine, mapped[:, ::-1], labels)]
    assert found == pytest.approx(means(engine, X, labels) * 2, abs=1e-12)


def test_infinity_and_nan_are_errors(engine: DeviceEngine) -> None:
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match="finite"):
            means(engine, [[0.0], [wrong], [1.0]], [0, 0, 1])


@pytest.mark.parametrize("kind", ["points", "images"])
def test_the_bits_repeat(engine: DeviceEngine, kind: str) -> None:
    X, labels = blobs(300, 7, 3) if kind == "points" else images(300)
    other = rng.integers(0, 9, 300)
    again = DeviceEngine(str(engine._device))
    assert means(engine, X, labels, other) == means(engine, X, labels, other) == means(again, X, labels, other)


class Waits(TorchDispatchMode):
    """Counts the operations that make the program wait for the device."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        # numbers, shapes that depend on values, and copies between devices
        waiting = ("_local_scalar_dense", "nonzero", "masked_select", "unique", "_to_copy")
        on_device = func is torch.ops.aten._to_copy.default and "device" not in (kwargs or {})
        self.count += any(name in str(func) for name in waiting) and not on_device
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("kind", ["points", "images"])
def test_more_tiles_do_not_wait_more_often(
    engine: DeviceEngine, monkeypatch: pytest.MonkeyPatch, exact_bytes: None, kind: str
) -> None:
    X, labels = blobs(200, 7, 3) if kind == "points" else images(200)
    means(engine, X, labels)  # the upload may wait
    counts = []
    for size in (64, 256):
        monkeypatch.setattr(module, "_TILE", size)
        with Waits() as waits:
            means(engine, X, labels)
        counts.append(waits.count)
    assert counts[0] == counts[1]


@pytest.mark.cuda
@pytest.mark.parametrize("kind", ["points", "images"])
def test_on_cuda_no_tile_waits(small_tiles: None, kind: str) -> None:
    engine = DeviceEngine("cuda")
    X, labels = blobs(200, 7, 3) if kind == "points" else images(200)
    expected = means(engine, X, labels)

    def on_share(share: float) -> None:
        torch.cuda.set_sync_debug_mode("default" if share >= 1 else "error")

    try:
        (found,) = engine.silhouettes(X, [labels], on_share)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert [found.mean] == expected


@pytest.mark.cuda
@pytest.mark.parametrize("kind", ["points", "images"])
def test_on_cuda_with_whole_tiles(kind: str) -> None:
    X, labels = blobs(20_000, 64, 10) if kind == "points" else images(20_000)
    engine = DeviceEngine("cuda")
    found = means(engine, X, labels)
    assert found == [pytest.approx(silhouette_score(X, labels), abs=1e-6)]
    assert means(DeviceEngine("cuda"), X, labels) == found
