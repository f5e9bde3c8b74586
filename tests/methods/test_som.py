"""The map equals the map of MiniSom; the grouping of its units is compared with known groups."""

import numpy as np
import pytest
from minisom import MiniSom
from sklearn.cluster import AgglomerativeClustering
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from methods.base import nearest
from methods.som import SOM, presentation_order


def test_the_codebook_equals_the_codebook_of_minisom(digits: np.ndarray):
    ours = SOM(5, rows=3, columns=4, n_steps=700, random_state=7).fit(digits)
    theirs = MiniSom(
        3,
        4,
        digits.shape[1],
        sigma=ours.sigma,
        learning_rate=0.25,
        decay_function="linear_decay_to_zero",
        sigma_decay_function="asymptotic_decay",
        random_seed=7,
    )
    theirs.random_weights_init(digits)
    order = presentation_order(len(digits), 700, 7)
    theirs.train(digits[order], 700)
    np.testing.assert_array_equal(ours.prototypes_, theirs.get_weights().reshape(12, -1).astype(np.float32))


@pytest.mark.parametrize("sigma_decay", ["asymptotic_decay", "inverse_decay_to_one", "linear_decay_to_one"])
@pytest.mark.parametrize(
    ("rate", "rate_decay"),
    [(1.0, "asymptotic_decay"), (0.7, "inverse_decay_to_zero"), (0.5, "linear_decay_to_zero"), (1.0, "constant")],
)
def test_batch_training_equals_batch_training_of_minisom_from_the_same_start(
    digits: np.ndarray, sigma_decay: str, rate: float, rate_decay: str
):
    decays = {"sigma_decay_function": sigma_decay, "decay_function": rate_decay}
    ours = SOM(5, training="batch", rows=3, columns=4, epochs=4, learning_rate=rate, random_state=7, **decays)
    if rate_decay == "constant":
        decays["decay_function"] = lambda start, epoch, epochs: start
    theirs = MiniSom(3, 4, digits.shape[1], sigma=ours.sigma, learning_rate=rate, random_seed=7, **decays)
    theirs.random_weights_init(digits)
    start = theirs.get_weights().copy()
    theirs.train_batch_offline(digits, 4)
    expected = theirs.get_weights()
    assert np.abs(expected - start).max() > 0.1
    np.testing.assert_allclose(ours.fit(digits).prototypes_, expected.reshape(12, -1), atol=1e-5)


def test_online_training_with_a_constant_rate_equals_online_training_of_minisom(digits: np.ndarray):
    ours = SOM(5, rows=3, columns=4, n_steps=300, decay_function="constant", random_state=7).fit(digits)
    theirs = MiniSom(
        3, 4, digits.shape[1], sigma=2.0, learning_rate=0.25, decay_function=lambda start, *_: start, random_seed=7
    )
    theirs.random_weights_init(digits)
    theirs.train(digits[presentation_order(len(digits), 300, 7)], 300)
    np.testing.assert_array_equal(ours.prototypes_, theirs.get_weights().reshape(12, -1).astype(np.float32))


def test_small_batches_fit_as_well_as_all_samples_at_once(digits: np.ndarray):
    def error(**arguments: object) -> float:
        som = SOM(5, rows=5, columns=5, training="batch", epochs=10, random_state=0, **arguments).fit(digits)
        return float(np.sqrt(((digits - som.prototypes_[nearest(digits, som.prototypes_)]) ** 2).sum(1)).mean())

    untrained = error(learning_rate=1e-9)
    assert error(batch_size=64) < 1.05 * error() < 0.95 * untrained


def test_winners_equal_the_winners_of_minisom(digits: np.ndarray):
    ours = SOM(5, rows=3, columns=4, n_steps=700, random_state=7).fit(digits)
    reference = MiniSom(3, 4, digits.shape[1])
    reference.get_weights()[:] = ours.prototypes_.reshape(3, 4, -1)
    winners = [np.ravel_multi_index(reference.winner(x), (3, 4)) for x in digits]
    np.testing.assert_array_equal(ours.labels_, ours.unit_groups_[winners])


def test_every_sample_is_shown_once_before_any_sample_is_shown_twice():
    order = presentation_order(10, 25, 0)
    assert sorted(np.bincount(order)) == [2] * 5 + [3] * 5


@pytest.mark.parametrize("grouping", ["ward", "ward-weighted", "kmeans"])
def test_separate_blobs_become_clusters(grouping: str):
    X, y = make_blobs(300, centers=3, cluster_std=0.3, center_box=(-9, 9), random_state=2)
    labels = SOM(3, rows=4, columns=4, n_steps=3000, grouping=grouping, random_state=0).fit_predict(X)
    assert all(len(set(labels[y == group])) == 1 for group in range(3))
    assert len(set(labels)) == 3


def test_a_unit_that_wins_no_sample_belongs_to_the_nearest_group_that_does():
    X = np.repeat([[0.0, 0.0], [10.0, 10.0]], 10, axis=0)
    som = SOM(2, rows=4, columns=4, n_steps=2000, random_state=0).fit(X)
    assert len(set(som.labels_)) == 2
    assert set(som.predict([[1.0, 0.0], [9.0, 10.0]])) == {0, 1}
    assert set(som.unit_groups_) == {0, 1}


def test_a_map_smaller_than_the_number_of_clusters_is_refused(digits: np.ndarray):
    with pytest.raises(ValueError, match=r"rows × columns = 4 units must be at least n_clusters=5"):
        SOM(5, rows=2, columns=2).fit(digits)


def test_groupings_differ(digits: np.ndarray):
    ward, weighted, kmeans = (
        SOM(5, n_steps=2000, grouping=grouping, random_state=0).fit(digits)
        for grouping in ("ward", "ward-weighted", "kmeans")
    )
    np.testing.assert_array_equal(ward.prototypes_, kmeans.prototypes_)
    assert len({tuple(som.unit_groups_) for som in (ward, weighted, kmeans)}) == 3


def test_weighted_groups_are_those_of_all_samples_at_their_units(digits: np.ndarray):
    """Scikit-learn's Ward on each sample, moved to the unit that wins it."""
    som = SOM(5, rows=5, columns=5, n_steps=2000, grouping="ward-weighted", random_state=0).fit(digits)
    moved = som.prototypes_[nearest(digits, som.prototypes_)]
    expected = AgglomerativeClustering(5, linkage="ward").fit_predict(moved)
    unweighted = SOM(5, rows=5, columns=5, n_steps=2000, random_state=0).fit(digits)
    assert adjusted_rand_score(som.labels_, expected) == 1
    assert adjusted_rand_score(som.labels_, unweighted.labels_) < 1


@pytest.mark.parametrize("side", [20, 30])
def test_the_larger_maps_of_the_published_rows(digits: np.ndarray, side: int):
    """More units than samples: only winning units are grouped."""
    som = SOM(10, rows=side, columns=side, training="batch", epochs=2, device="cpu", random_state=0).fit(digits)
    assert (som.grid_shape_, len(som.prototypes_), len(set(som.labels_))) == ((side, side), side**2, 10)
