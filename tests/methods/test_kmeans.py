"""K-Means equals scikit-learn's K-Means."""

import numpy as np
import pytest
from sklearn import cluster
from sklearn.metrics import adjusted_rand_score

from methods.kmeans import KMeans


def test_equals_scikit_learn(digits: np.ndarray):
    ours = KMeans(5, random_state=1).fit(digits)
    theirs = cluster.KMeans(5, n_init=10, random_state=1, algorithm="elkan").fit(digits)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_array_equal(ours.cluster_centers_, theirs.cluster_centers_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_)


def test_more_restarts_do_not_increase_the_inertia(digits: np.ndarray):
    assert (
        KMeans(8, n_init=20, random_state=0).fit(digits).inertia_
        <= KMeans(8, n_init=1, random_state=0).fit(digits).inertia_
    )


def test_both_ways_to_compute_a_pass_find_the_same_clusters(digits: np.ndarray):
    lloyd, elkan = (KMeans(10, n_init=3, random_state=0, algorithm=name).fit(digits) for name in ("lloyd", "elkan"))
    assert adjusted_rand_score(lloyd.labels_, elkan.labels_) == 1
    assert lloyd.inertia_ == pytest.approx(elkan.inertia_, rel=1e-5)
