"""The starts of K-Means on a torch device are those of scikit-learn, here on the device cpu."""

import numpy as np
import pytest
import torch
from sklearn import cluster

from methods.base import inertia
from methods.device_kmeans import device_k_means
from methods.device_samples import centred
from methods.device_starts import starting_rows

CPU = torch.device("cpu")


@pytest.mark.parametrize("n_clusters", [1, 2, 10, 40])
def test_the_starts_are_those_of_scikit_learn(n_clusters: int, digits: np.ndarray):
    samples = centred(digits, digits.mean(axis=0), CPU)
    for seed in (0, 1, 2**32 - 1):
        random = np.random.RandomState(seed)
        theirs = [
            cluster.kmeans_plusplus(digits - digits.mean(axis=0), n_clusters, random_state=random)[1] for _ in range(5)
        ]
        np.testing.assert_array_equal(starting_rows(samples, n_clusters, 5, "k-means++", seed), theirs)


def test_random_starts_are_those_of_scikit_learn(digits: np.ndarray):
    """After one pass, so that few distances are compared in float32."""
    _, labels, sum_of_squares, _ = device_k_means(digits, 10, device=CPU, n_init=10, seed=5, init="random", max_iter=1)
    theirs = cluster.KMeans(10, n_init=10, random_state=5, init="random", max_iter=1).fit(digits)
    assert np.mean(labels == theirs.labels_) > 0.98
    assert sum_of_squares == pytest.approx(inertia(digits, theirs.cluster_centers_), rel=1e-3)
