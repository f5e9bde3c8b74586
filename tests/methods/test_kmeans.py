"""K-Means is scikit-learn's."""

import numpy as np
import pytest
from sklearn import cluster

from methods.kmeans import KMeans


def test_equals_scikit_learn(digits: np.ndarray):
    ours = KMeans(5, random_state=1).fit(digits)
    theirs = cluster.KMeans(5, n_init=10, random_state=1).fit(digits)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_array_equal(ours.cluster_centers_, theirs.cluster_centers_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_)


def test_more_restarts_no_worse(digits: np.ndarray):
    assert (
        KMeans(8, n_init=20, random_state=0).fit(digits).inertia_
        <= KMeans(8, n_init=1, random_state=0).fit(digits).inertia_
    )
