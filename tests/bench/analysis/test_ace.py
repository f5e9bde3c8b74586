"""ACE on a worked example, and its parts against other libraries."""

import networkx
import numpy as np
import pytest
from scipy.stats import spearmanr

from bench.analysis.ace import ace, page_rank

rng = np.random.default_rng(0)
GOOD = np.linspace(0.1, 0.9, 12)
"""The quality of twelve partitions."""


def spaces() -> np.ndarray:
    """Three spaces in the order of the quality, one of them up to a swap, and two in the opposite order, far below."""
    first = np.stack([GOOD, GOOD + 0.05, GOOD * 1.1])
    first[0, [0, 1]] = first[0, [1, 0]]
    other = np.stack([GOOD[::-1] * 0.3, GOOD[::-1] * 0.31])
    return np.concatenate([first, other])


def test_a_worked_example() -> None:
    """Space 3 and 4 have a lower mean; space 5 has one mode. Of the first group, the weights are PageRanks by hand."""
    values = np.concatenate([spaces(), GOOD[None] + 3])
    found = ace(values, np.array([0.001] * 5 + [0.7]))
    assert found is not None
    assert found.multimodal.tolist() == [True] * 5 + [False]
    r = spearmanr(values[0], values[1]).statistic
    graph = networkx.Graph([(0, 1, {"weight": r}), (0, 2, {"weight": r}), (1, 2, {"weight": 1.0})])
    ranks = networkx.pagerank(graph, alpha=0.9, tol=1e-12)
    expected = [ranks[0], ranks[1], ranks[2], 0, 0, 0]
    assert found.weights == pytest.approx(expected, abs=1e-9)
    assert found.weights[0] < found.weights[1], "the space with the swap is less of a hub"
    assert found.scores == pytest.approx(np.array(expected) @ values)


def test_the_score_orders_partitions_better_than_the_mean_over_all_spaces() -> None:
    values = np.concatenate([spaces()[:3], 9 * spaces()[3:] - 5])
    found = ace(values, np.full(5, 0.001))
    assert found is not None
    assert spearmanr(found.scores, GOOD).statistic > 0.99
    assert spearmanr(values.mean(axis=0), GOOD).statistic < 0


def test_the_order_of_spaces_and_of_partitions_changes_nothing() -> None:
    values, p_values = spaces() + rng.normal(0, 0.01, (5, 12)), np.array([0.001, 0.002, 0.001, 0.003, 0.9])
    rows, columns = rng.permutation(5), rng.permutation(12)
    first, second = ace(values, p_values), ace(values[rows][:, columns], p_values[rows])
    assert first is not None
    assert second is not None
    assert second.scores == pytest.approx(first.scores[columns])
    assert second.weights == pytest.approx(first.weights[rows])


def test_a_large_group_is_divided_by_its_values() -> None:
    near = np.stack([GOOD + 0.001 * number for number in range(4)])
    far = np.stack([GOOD + 2 + 0.001 * number for number in range(4)])
    found = ace(np.concatenate([near, far]), np.full(8, 0.001))
    assert found is not None
    assert (found.weights > 0).tolist() == [False] * 4 + [True] * 4


def test_values_that_are_not_defined_are_the_lowest_and_constant_spaces_are_left_out() -> None:
    values = np.stack([GOOD, GOOD + 0.01, np.ones(12)])
    values[0, 11] = np.nan
    found = ace(values, np.full(3, 0.001))
    assert found is not None
    assert found.weights[2] == 0
    assert found.scores[11] < found.scores[10]


def test_without_a_multimodal_space_there_is_no_score() -> None:
    assert ace(spaces(), np.full(5, 0.5)) is None
    assert ace(np.full((5, 12), np.nan), np.full(5, 0.001)) is None
    assert ace(spaces()[:, :2], np.full(5, 0.001)) is None


def test_one_space_is_its_own_score() -> None:
    found = ace(spaces(), np.array([0.001, 1, 1, 1, 1]))
    assert found is not None
    assert found.scores == pytest.approx(spaces()[0])


def test_page_ranks_are_those_of_networkx() -> None:
    weights = np.triu(rng.random((7, 7)) * (rng.random((7, 7)) < 0.4), 1)
    weights[:, 6] = 0  # a node without edges
    edges = weights + weights.T
    expected = networkx.pagerank(networkx.from_numpy_array(edges), alpha=0.9, tol=1e-13, max_iter=1000)
    assert page_rank(edges) == pytest.approx([expected[node] for node in range(7)], abs=1e-9)
