"""`partial_fit`: batch after batch; equal to the libraries' own classes called directly."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from minisom import MiniSom
from sklearn import cluster
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

import methods
from methods import registry
from methods.base import Clusterer, mean_distance, nearest
from methods.incremental import IncrementalClusterer
from methods.kmeans import KMeans
from methods.som import LATER_RATE, SOM


def small_map(**options: object) -> SOM:
    return SOM(5, rows=3, columns=4, n_steps=700, random_state=7, **options)


def kmeans(**options: object) -> KMeans:
    return KMeans(5, random_state=7, **options)


MAKERS = pytest.mark.parametrize("make", [small_map, kmeans])


def bits(estimator: Clusterer, X: np.ndarray) -> list[bytes]:
    arrays = (estimator.predict(X), estimator.cluster_centers_, estimator.prototypes_, estimator.labels_)
    return [array.tobytes() for array in arrays]


def test_only_methods_that_can_continue_on_a_batch_have_partial_fit():
    able = {name for name, method in registry.METHODS.items() if hasattr(method.estimator, "partial_fit")}
    assert able == {"kmeans", "som"}


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_kmeans_equals_mini_batch_kmeans_of_scikit_learn(digits: np.ndarray, init: str):
    """More samples than 10 · n_clusters, after which scikit-learn looks for almost empty clusters."""
    ours = KMeans(10, init=init, random_state=4)
    theirs = cluster.MiniBatchKMeans(10, init=init, n_init=1, random_state=4)
    for batch in np.array_split(digits, 7):
        ours.partial_fit(batch)
        theirs.partial_fit(batch)
        np.testing.assert_array_equal(ours.cluster_centers_, theirs.cluster_centers_)
        np.testing.assert_array_equal(ours.labels_, theirs.labels_)
        assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-5)
    assert ours.n_iter_ == 7


def test_a_cluster_that_is_almost_empty_gets_the_centre_that_scikit_learn_draws():
    """The random state of the first batch goes on with the second."""
    first = np.concatenate([np.zeros((400, 2)), [[50.0, 50.0]], [[-50.0, 50.0]]]).astype(np.float32)
    later = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    ours = KMeans(3, random_state=1).partial_fit(first).partial_fit(later)
    theirs = cluster.MiniBatchKMeans(3, n_init=1, random_state=1).partial_fit(first).partial_fit(later)
    np.testing.assert_array_equal(ours.cluster_centers_, theirs.cluster_centers_)
    assert np.abs(ours.cluster_centers_).max() < 10  # the far centres were drawn again


def test_a_batch_after_fit_moves_each_centre_to_the_mean_of_all_its_samples(digits: np.ndarray):
    fitted = kmeans().fit(digits[:200])
    centers, sizes = fitted.cluster_centers_, np.bincount(fitted.labels_)
    batch = digits[200:]
    of_batch = nearest(batch, centers)
    sums = centers * sizes[:, None] + np.stack([batch[of_batch == k].sum(axis=0) for k in range(5)])
    expected = sums / (sizes + np.bincount(of_batch, minlength=5))[:, None]
    np.testing.assert_allclose(fitted.partial_fit(batch).cluster_centers_, expected, atol=1e-5)


def test_fit_begins_from_scratch_after_batches(digits: np.ndarray):
    fitted = kmeans().partial_fit(digits[:50]).partial_fit(digits[50:]).fit(digits)
    assert bits(fitted, digits) == bits(kmeans().fit(digits), digits)
    further = [each.partial_fit(digits[:50]) for each in (fitted, kmeans().fit(digits))]
    assert bits(further[0], digits) == bits(further[1], digits)


def test_a_changed_number_of_clusters_is_refused(digits: np.ndarray):
    fitted = kmeans().partial_fit(digits).set_params(n_clusters=6)
    with pytest.raises(ValueError, match=r"^n_clusters=6, but partial_fit continues with 5 centres; expected"):
        fitted.partial_fit(digits)


@pytest.mark.parametrize(("sigma", "decay", "end"), [(2.0, "asymptotic_decay", 2 / 3), (1.5, "linear_decay_to_one", 1)])
@pytest.mark.parametrize("training", ["online", "batch"])
def test_a_map_equals_continued_training_of_minisom(
    digits: np.ndarray, sigma: float, decay: str, end: float, training: str
):
    ours = small_map(sigma=sigma, sigma_decay_function=decay, training=training, device="cpu").fit(digits[:200])
    theirs = MiniSom(3, 4, 64, sigma=end, learning_rate=LATER_RATE, decay_function=lambda rate, *_: rate)
    theirs._sigma_decay_function = lambda radius, *_: radius  # MiniSom has no name for a constant radius
    theirs.get_weights()[:] = ours.prototypes_.reshape(3, 4, -1)
    for batch in (digits[200:250], digits[250:]):
        theirs.train(batch, len(batch))
        ours.partial_fit(batch)
        np.testing.assert_allclose(ours.prototypes_, theirs.get_weights().reshape(12, -1), atol=1e-6)


def test_the_first_batch_of_a_map_is_a_fit(digits: np.ndarray):
    assert bits(small_map().partial_fit(digits), digits) == bits(small_map().fit(digits), digits)


def test_a_map_learns_from_batches(digits: np.ndarray):
    fitted = small_map().partial_fit(digits[:50])
    before = mean_distance(digits, fitted.prototypes_)
    for batch in np.array_split(digits[50:], 5):
        fitted.partial_fit(batch)
    assert mean_distance(digits, fitted.prototypes_) < 0.98 * before
    assert fitted.unit_wins_.sum() == len(digits)


def test_a_map_of_another_size_is_not_continued(digits: np.ndarray):
    fitted = small_map().partial_fit(digits).set_params(rows=4)
    with pytest.raises(ValueError, match=r"^rows=4, columns=4, but the map that is continued has \(3, 4\); expected"):
        fitted.partial_fit(digits)


@pytest.mark.parametrize("make", [lambda: KMeans(4, random_state=0), lambda: SOM(4, rows=4, columns=4, random_state=0)])
def test_batches_of_separate_blobs_find_the_blobs(make: Callable[[], IncrementalClusterer]):
    X, y = make_blobs(800, centers=[(0, 0), (9, 0), (0, 9), (9, 9)], cluster_std=0.5, random_state=0)
    fitted = make()
    for batch in np.array_split(X, 8):
        fitted.partial_fit(batch)
        assert len(fitted.labels_) == len(batch)
    assert adjusted_rand_score(y, fitted.predict(X)) == 1


@MAKERS
def test_a_batch_may_have_one_cluster_or_one_sample(make: Callable[..., IncrementalClusterer], digits: np.ndarray):
    fitted = make().partial_fit(digits)
    for batch in (digits[fitted.labels_ == 4], digits[:1]):
        np.testing.assert_array_equal(fitted.partial_fit(batch).labels_, fitted.predict(batch))
        assert len(fitted.cluster_centers_) == 5


@MAKERS
def test_equal_batches_give_equal_bits_also_after_saving(
    make: Callable[..., IncrementalClusterer], digits: np.ndarray, tmp_path: Path
):
    first, second = make(), make()
    for number, batch in enumerate(np.array_split(digits, 6)):
        first.partial_fit(batch)
        second.partial_fit(batch).save(tmp_path / str(number))
        second = methods.load(tmp_path / str(number))
        assert bits(second, digits) == bits(first, digits)


@MAKERS
def test_a_batch_after_a_fit_that_was_saved_gives_equal_bits(
    make: Callable[..., IncrementalClusterer], digits: np.ndarray, tmp_path: Path
):
    fitted = make().fit(digits[:200])
    fitted.save(tmp_path)
    loaded = methods.load(tmp_path)
    assert bits(loaded.partial_fit(digits[200:]), digits) == bits(fitted.partial_fit(digits[200:]), digits)


@MAKERS
def test_batches_are_checked(make: Callable[..., IncrementalClusterer], digits: np.ndarray):
    with pytest.raises(ValueError, match="n_samples=4 must be at least n_clusters=5"):
        make().partial_fit(digits[:4])
    fitted = make().partial_fit(digits.reshape(-1, 8, 8))
    with pytest.raises(ValueError, match=r"X has 63 features, but .* is expecting 64 features"):
        fitted.partial_fit(digits[:, 1:])
    with pytest.raises(ValueError, match=r"images of shape \(4, 16, 1\) .* training data is \(8, 8, 1\)"):
        fitted.partial_fit(digits.reshape(-1, 4, 16))
    with pytest.raises(ValueError, match="NaN"):
        fitted.partial_fit(np.full((1, 64), np.nan))
    fitted.verbose = "x"
    with pytest.raises(ValueError, match="verbose='x' is not valid"):
        fitted.partial_fit(digits)


@MAKERS
def test_the_global_random_state_does_not_change(make: Callable[..., IncrementalClusterer], digits: np.ndarray):
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the test is about the global state
    make().partial_fit(digits).partial_fit(digits)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_the_first_call_warns_of_scales_and_the_later_ones_do_not(recwarn: pytest.WarningsRecorder):
    X = np.random.default_rng(0).normal(size=(50, 3)) * [1, 1, 1000]
    fitted = kmeans().partial_fit(X)
    assert len(recwarn) == 1
    fitted.partial_fit(X)
    assert len(recwarn) == 1
