"""Ward's criterion for points that stand for several samples each."""

import numpy as np
from scipy.spatial.distance import cdist

from methods.base import FloatArray, IntArray


def weighted_ward(points: FloatArray, weights: IntArray, n_groups: int) -> IntArray:
    """Join points until `n_groups` groups are left, and return the group of each point, (n,), without gaps.

    `points`, (n, d), with n ≥ n_groups; `weights`, (n,), above 0, are numbers of samples. The result is that of Ward's
    method (Ward 1963) on all samples at the place of their points: of all pairs of groups, the pair with the lowest
    w_a · w_b / (w_a + w_b) · ‖c_a − c_b‖² is joined, which adds the least to the sum of squared distances to the means.
    c are weighted means and w sums of weights. Neither scikit-learn nor scipy takes weights. Time n³, memory n².

    >>> weighted_ward(np.array([[0.0], [2.0], [5.0]]), np.array([1, 9, 1]), 2).tolist()
    [0, 0, 1]
    >>> weighted_ward(np.array([[0.0], [2.0], [4.5]]), np.array([9, 9, 1]), 2).tolist()
    [0, 1, 1]
    """
    means, sizes = points.astype(np.float64), weights.astype(np.float64)
    groups = np.arange(len(points))
    costs = sizes[:, None] * sizes / (sizes[:, None] + sizes) * cdist(means, means, "sqeuclidean")
    np.fill_diagonal(costs, np.inf)
    for _ in range(len(points) - n_groups):
        kept, joined = sorted(np.unravel_index(costs.argmin(), costs.shape))
        size = sizes[kept] + sizes[joined]
        means[kept] = (sizes[kept] * means[kept] + sizes[joined] * means[joined]) / size
        sizes[kept] = size
        groups[groups == joined] = kept
        costs[joined], costs[:, joined] = np.inf, np.inf
        left = np.isfinite(costs[kept])
        squared = ((means[left] - means[kept]) ** 2).sum(1)
        costs[kept, left] = costs[left, kept] = sizes[left] * size / (sizes[left] + size) * squared
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)
