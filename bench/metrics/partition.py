"""A labeling as a partition: the sizes of its clusters, without noise."""

import numpy as np

from bench.metrics.arrays import IntArray


def cluster_sizes(labels: IntArray) -> IntArray:
    """Number of samples of each cluster, in the order of the labels; noise (−1) is not a cluster.

    `labels` has shape (n_samples,); the result has shape (n_clusters,).

    >>> cluster_sizes(np.array([0, 0, 2, -1]))
    array([2, 1])
    """
    return np.unique(labels[labels >= 0], return_counts=True)[1]


def is_partition(labels: IntArray) -> bool:
    """Whether internal indices are defined: 2 ≤ number of clusters < number of samples that are not noise.

    >>> is_partition(np.array([0, 0, 1])), is_partition(np.array([0, 0, -1])), is_partition(np.array([0, 1, 2]))
    (True, False, False)
    """
    sizes = cluster_sizes(labels)
    return bool(2 <= len(sizes) < sizes.sum())
