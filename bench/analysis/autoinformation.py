"""Autoinformation: how much the cluster of a sample says about the clusters of its nearest neighbours."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import mutual_info_score
from sklearn.neighbors import NearestNeighbors

from bench.metrics.arrays import FloatArray, IntArray

N_NEIGHBOURS = 15
"""Neighbours of each sample, as many as UMAP takes by default; of fewer samples, all others."""


def nearest(points: FloatArray) -> NDArray[np.intp]:
    """The nearest other samples of each sample by Euclidean distance, exact, (n, min(15, n − 1)).

    `points` has shape (n, d), with n ≥ 2.
    """
    found = NearestNeighbors(n_neighbors=min(N_NEIGHBOURS, len(points) - 1), algorithm="brute").fit(points)
    return np.asarray(found.kneighbors(return_distance=False))


def autoinformation(neighbours: NDArray[np.intp], labelings: Sequence[IntArray]) -> NDArray[np.float64]:
    """The autoinformation of each labeling in bits, ≥ 0, (n_labelings,), after one step of a random walk.

    The walk is on the graph that joins each sample to its `neighbours`, (n, k), in both directions. The value is the
    mutual information of the clusters before and after a step (Faccin, Schaub & Delvenne 2021). Two things make it
    large: neighbours share a cluster, and the clusters have similar sizes. At most it is log2 of the number of
    clusters. So labelings with different numbers of clusters are not comparable. `labelings`: each (n,), from 0.

    >>> neighbours = np.array([[1], [0], [3], [2]])
    >>> autoinformation(neighbours, [np.array([0, 0, 1, 1]), np.array([0, 0, 0, 0])]).round(6).tolist()
    [1.0, 0.0]
    """
    return np.array([_bits(neighbours, labels) for labels in labelings])


def _bits(neighbours: NDArray[np.intp], labels: IntArray) -> float:
    found, labels = np.unique(labels, return_inverse=True)  # a number without samples takes no memory
    n_clusters = len(found)
    steps = np.repeat(labels, neighbours.shape[1]) * n_clusters + labels[neighbours].ravel()
    table = np.bincount(steps, minlength=n_clusters**2).reshape(n_clusters, n_clusters)
    return float(mutual_info_score(None, None, contingency=table + table.T) / np.log(2))
