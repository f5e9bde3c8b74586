"""ACE, adaptive clustering evaluation: one score for each partition from its index in many spaces (Wang & Ye 2024)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr

from bench.statistics.families import holm

LEVEL = 0.05
"""Family-wise error rate of the dip tests, and of the tests of the rank correlations."""
DAMPING = 0.9
"""Probability that a walk on the graph of spaces follows an edge."""
LARGE_GROUP = 5
"""A group of more spaces is divided once more, by the values of the index."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Ace:
    """The result."""

    scores: Numbers
    """(n_partitions,): higher is better."""
    weights: Numbers
    """(n_spaces,): the part of each space in the scores; they sum to 1, and are 0 for spaces that are left out."""
    multimodal: NDArray[np.bool_]
    """(n_spaces,): whether the space has more than one mode."""


def ace(values: Numbers, p_values: Numbers) -> Ace | None:
    """The scores of Wang & Ye 2024, "Deep clustering evaluation: how to validate internal clustering validation
    measures" (arXiv 2403.14830), Algorithms 1 and 2.

    `values`, (n_spaces, n_partitions): an index, higher is better. `p_values`, (n_spaces,): of the hypothesis that a
    space has one mode.

    1. Spaces in which the dip test does not reject one mode (Holm, 5 %) are left out.
    2. The others are grouped by 1 − Spearman's rank correlation of their values with HDBSCAN (groups of two or more).
       Spaces in no group are left out. A group of more than five spaces is divided by the Euclidean distance of its
       values; there, a space in no group is a group of its own.
    3. Within a group, spaces are joined by an edge with the weight of their correlation if it is positive (Holm, 5 %).
       The weight of a space is its PageRank. The score of a partition is the weighted mean over the group with the
       highest mean score.

    As in the authors' code, a value that is not defined is the lowest of all, and a space in which all partitions have
    the same value is left out. Two things differ. HDBSCAN is that of scikit-learn, which has no outlier scores: if it
    finds no group, all spaces are one group, while the authors leave out those with high outlier scores. And the
    candidates here also have the input, PCA and UMAP, while the paper has only the space of each fit.

    None if no space is left, or if there are fewer than three partitions.
    """
    multimodal = np.array(holm(p_values.tolist())) <= LEVEL
    weights = np.zeros(len(values))
    if values.shape[1] < 3 or not np.isfinite(values).any():
        return None
    filled = np.where(np.isfinite(values), values, values[np.isfinite(values)].min())
    kept = np.flatnonzero(multimodal & (np.ptp(filled, axis=1) > 0))
    if not len(kept):
        return None
    scores, correlations = filled[kept], np.ones((len(kept), len(kept)))
    p_of_pairs = np.ones_like(correlations)
    pairs = [(one, other) for one in range(len(kept)) for other in range(one)]
    for one, other in pairs:
        found = spearmanr(scores[one], scores[other], alternative="greater")
        correlations[one, other] = correlations[other, one] = found.statistic
        p_of_pairs[one, other] = found.pvalue
    adjusted = np.array(holm([p_of_pairs[pair] for pair in pairs]))
    edges = np.zeros_like(correlations)
    for (one, other), p in zip(pairs, adjusted, strict=True):
        if p <= LEVEL:
            edges[one, other] = edges[other, one] = max(correlations[one, other], 0.0)
    groups = list(_groups(scores, correlations))
    ratings = [page_rank(edges[np.ix_(group, group)]) for group in groups]
    found_scores = [rating @ scores[group] for group, rating in zip(groups, ratings, strict=True)]
    best = int(np.argmax([each.mean() for each in found_scores]))
    weights[kept[groups[best]]] = ratings[best]
    return Ace(found_scores[best], weights, multimodal)


def page_rank(edges: Numbers) -> Numbers:
    """The PageRank of each node of an undirected graph, (n,), from its edge weights, (n, n): they sum to 1.

    The share of time that a walk spends at each node, if it follows an edge with probability 0.9, in proportion to the
    weights, and otherwise jumps to any node (Page et al. 1998). It jumps from a node without edges, too.

    >>> page_rank(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])).round(3)
    array([0.491, 0.254, 0.254])
    """
    n = len(edges)
    totals = edges.sum(axis=1, keepdims=True)
    steps = np.where(totals > 0, edges / np.where(totals > 0, totals, 1), 1 / n)
    found: Numbers = np.linalg.solve(np.eye(n) - DAMPING * steps.T, np.full(n, (1 - DAMPING) / n))
    return found


def _groups(scores: Numbers, correlations: Numbers) -> Iterator[NDArray[np.intp]]:
    """The places of the spaces of each group (Algorithm 2)."""
    for group in _clusters(np.clip(1 - correlations, 0, None)):
        if len(group) <= LARGE_GROUP:
            yield group
            continue
        parts = _clusters(cdist(scores[group], scores[group]))
        yield from (group[part] for part in parts)
        in_parts = np.concatenate(parts)
        yield from (group[[place]] for place in range(len(group)) if place not in in_parts)


def _clusters(distances: Numbers) -> Sequence[NDArray[np.intp]]:
    """The clusters of HDBSCAN, without outliers; one cluster of all if there is none."""
    from sklearn.cluster import HDBSCAN  # slow to import, and only this needs it

    everything = [np.arange(len(distances))]
    if len(distances) < 3:
        return everything
    labels = HDBSCAN(min_cluster_size=2, metric="precomputed", copy=True).fit(distances).labels_
    return [np.flatnonzero(labels == cluster) for cluster in range(labels.max() + 1)] or everything
