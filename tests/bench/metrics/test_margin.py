"""The margin of each sample, against scikit-learn's simplified values and by hand."""

import numpy as np
from sklearn.metrics import pairwise_distances

from bench.metrics.margin import clusters_of_units, margins


def test_margins_are_those_of_all_distances():
    random = np.random.default_rng(0)
    X, centres = random.normal(size=(5000, 7)).astype(np.float32) + 100, random.normal(size=(4, 7)) + 100
    labels = random.integers(0, 4, size=5000)
    distances = pairwise_distances(X.astype(np.float64), centres)
    own = distances[np.arange(5000), labels]
    other = np.where(np.arange(4) == labels[:, None], np.inf, distances).min(axis=1)
    expected = (other - own) / np.maximum(own, other)
    np.testing.assert_allclose(margins(X, centres, np.arange(4), labels), expected, atol=1e-5)


def test_noise_one_cluster_and_numbers_that_are_not_finite_have_no_margin():
    X = np.array([[0.0], [1.0], [np.nan], [5.0]])
    found = margins(X, np.array([[0.0], [4.0]]), np.array([0, 1]), np.array([0, -1, 0, 1]))
    assert np.isnan(found).tolist() == [False, True, True, False]
    assert np.isnan(margins(X, np.array([[0.0]]), np.array([0]), np.zeros(4, np.int64))).all()


def test_a_unit_has_the_cluster_of_most_of_its_samples():
    points = np.array([[0.0], [0.1], [0.2], [9.0], [9.1]])
    units = np.array([[0.0], [9.0], [50.0]])
    assert clusters_of_units(points, units, np.array([1, 1, 0, -1, 0])).tolist() == [1, 0, -1]
