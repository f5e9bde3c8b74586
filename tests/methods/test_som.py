"""The map is MiniSom's; the grouping of its units is by hand."""

import numpy as np
import pytest
from minisom import MiniSom
from sklearn.datasets import make_blobs

from methods.som import SOM, presentation_order


def test_codebook_equals_minisom_called_directly(digits: np.ndarray):
    ours = SOM(5, rows=3, columns=4, n_steps=700, random_state=7).fit(digits)
    theirs = MiniSom(
        3,
        4,
        digits.shape[1],
        sigma=ours.sigma,
        learning_rate=ours.learning_rate,
        decay_function=ours.decay_function,
        sigma_decay_function=ours.sigma_decay_function,
        random_seed=7,
    )
    theirs.random_weights_init(digits)
    order = presentation_order(len(digits), 700, 7)
    theirs.train(digits[order], 700)
    np.testing.assert_array_equal(ours.prototypes_, theirs.get_weights().reshape(12, -1).astype(np.float32))


def test_winners_equal_minisoms(digits: np.ndarray):
    ours = SOM(5, rows=3, columns=4, n_steps=700, random_state=7).fit(digits)
    reference = MiniSom(3, 4, digits.shape[1])
    reference.get_weights()[:] = ours.prototypes_.reshape(3, 4, -1)
    winners = [np.ravel_multi_index(reference.winner(x), (3, 4)) for x in digits]
    np.testing.assert_array_equal(ours.labels_, ours.unit_groups_[winners])


def test_every_sample_is_shown_before_one_is_shown_twice():
    order = presentation_order(10, 25, 0)
    assert sorted(np.bincount(order)) == [2] * 5 + [3] * 5


@pytest.mark.parametrize("grouping", ["ward", "kmeans"])
def test_finds_blobs_that_lie_apart(grouping: str):
    X, y = make_blobs(300, centers=3, cluster_std=0.3, center_box=(-9, 9), random_state=2)
    labels = SOM(3, rows=4, columns=4, n_steps=3000, grouping=grouping, random_state=0).fit_predict(X)
    assert all(len(set(labels[y == group])) == 1 for group in range(3))
    assert len(set(labels)) == 3


def test_units_that_win_nothing_belong_to_the_nearest_group_that_wins():
    X = np.repeat([[0.0, 0.0], [10.0, 10.0]], 10, axis=0)
    som = SOM(2, rows=4, columns=4, n_steps=2000, random_state=0).fit(X)
    assert len(set(som.labels_)) == 2
    assert set(som.predict([[1.0, 0.0], [9.0, 10.0]])) == {0, 1}
    assert set(som.unit_groups_) == {0, 1}


def test_a_map_smaller_than_the_number_of_clusters_is_refused(digits: np.ndarray):
    with pytest.raises(ValueError, match=r"rows × columns = 4 units must be at least n_clusters=5"):
        SOM(5, rows=2, columns=2).fit(digits)


def test_groupings_differ(digits: np.ndarray):
    ward = SOM(5, n_steps=2000, random_state=0).fit(digits)
    kmeans = SOM(5, n_steps=2000, grouping="kmeans", random_state=0).fit(digits)
    np.testing.assert_array_equal(ward.prototypes_, kmeans.prototypes_)
    assert not np.array_equal(ward.unit_groups_, kmeans.unit_groups_)
