"""One clustering from several: the labels that most of them give, and the samples on which all of them agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from methods.base import FloatArray, IntArray, without_gaps

TOLERANCE = 0.05
"""Agreement is clearly smaller if it is smaller by more than this. A clustering is dropped if its agreement is clearly
smaller than the median agreement."""
LEAST_AGREED = 0.5
"""If all clusterings agree on a smaller share of a cluster, every sample with a majority stands for the cluster."""


@dataclass(frozen=True)
class Consensus:
    """What several clusterings of the same samples have in common."""

    labels: IntArray
    """(n_samples,), without gaps: the cluster that most of the used clusterings give."""
    agreed: NDArray[np.bool_]
    """(n_samples,): whether the used clusterings agree on the sample."""
    agreements: FloatArray
    """(n_clusterings,): the mean adjusted Rand index of each clustering to the others, at most 1; 1 if it is alone."""
    used: NDArray[np.bool_]
    """(n_clusterings,): whether the clustering was used."""
    agreement: float
    """The mean adjusted Rand index of two used clusterings, at most 1; 1 if there is only one."""


def consensus(labelings: Sequence[IntArray]) -> Consensus:
    """Join clusterings, each (n_samples,) without gaps, by a vote (Mahon & Lukasiewicz 2021, section 3).

    1. A clustering whose mean adjusted Rand index to the others is smaller than the median by more than `TOLERANCE` is
       dropped: it has merged or split clusters that the others have not.
    2. The numbers of its clusters are matched to those of the most typical clustering, so that most samples agree (the
       Hungarian method). Each clustering has one vote; the lower number wins a tie.
    3. All used clusterings agree on a sample, or the sample is not `agreed`. A cluster with less than `LEAST_AGREED`
       agreed samples has all its samples with a majority instead, or all its samples if none has one. So no cluster
       is without agreed samples.

    >>> both = consensus([np.array([0, 0, 1, 1, 1]), np.array([1, 1, 0, 0, 1])])
    >>> both.labels, both.agreed
    (array([0, 0, 1, 1, 0]), array([ True,  True,  True,  True, False]))
    """
    matrix = agreement_matrix(labelings)
    agreements = _mean_to_others(matrix)
    used = agreements >= np.median(agreements) - TOLERANCE
    typical = labelings[int(np.argmax(matrix.sum(axis=1)))]
    n_clusters = 1 + max(int(labels.max()) for labels in labelings)
    votes = np.zeros((len(typical), n_clusters), dtype=np.int64)
    for labels, is_used in zip(labelings, used, strict=True):
        if is_used:
            votes[np.arange(len(labels)), matched(labels, typical, n_clusters)] += 1
    winners, most, n_used = votes.argmax(axis=1), votes.max(axis=1), int(used.sum())
    agreed = most == n_used
    for cluster in np.unique(winners):
        members = winners == cluster
        if agreed[members].mean() < LEAST_AGREED:
            majority = members & (2 * most > n_used)
            agreed |= majority if majority.any() else members
    agreement = float(_mean_to_others(matrix[used][:, used]).mean())
    return Consensus(without_gaps(winners)[0], agreed, agreements.astype(np.float32), used, agreement)


def matched(labels: IntArray, reference: IntArray, n_clusters: int) -> IntArray:
    """`labels` with the numbers of `reference`, both (n_samples,): as many samples as possible have the same number.

    >>> matched(np.array([2, 2, 0, 1]), np.array([0, 0, 1, 2]), 3)
    array([0, 0, 1, 2])
    """
    counts = np.zeros((n_clusters, n_clusters), dtype=np.int64)
    np.add.at(counts, (labels, reference), 1)
    rows, columns = linear_sum_assignment(-counts)
    number = np.empty(n_clusters, dtype=np.int64)
    number[rows] = columns
    renamed: IntArray = number[labels]
    return renamed


def agreement_matrix(labelings: Sequence[IntArray]) -> NDArray[np.float64]:
    """(n_clusterings, n_clusterings): the adjusted Rand index of each two clusterings; 1 on the diagonal.

    The rows of equal clusterings are equal, to the bit.
    """
    return np.array([[adjusted_rand_score(one, other) for other in labelings] for one in labelings])


def _mean_to_others(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each row without the diagonal, which is 1; 1 if there is one row."""
    sums: NDArray[np.float64] = matrix.sum(axis=1)
    return (sums - 1) / (len(matrix) - 1) if len(matrix) > 1 else sums
