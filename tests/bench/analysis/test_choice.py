"""The rule that names one fit without labels."""

import numpy as np
import pytest

from bench.analysis.choice import AGREEMENT, MAP, STABILITY, choice

AGREE = np.array(
    [
        [np.nan, 0.9, 0.5, 0.4],
        [0.9, np.nan, 0.7, 0.6],
        [0.5, 0.7, np.nan, 0.8],
        [0.4, 0.6, 0.8, np.nan],
    ]
)
ROWS = ["a", "a", "b", "b"]


def test_the_smallest_sum_of_three_ranks_is_first() -> None:
    """By hand: map 1 2 3 4; other rows 0.45 0.65 0.6 0.5, so 4 1 2 3; seeds 0.9 0.9 0.8 0.8, so 1.5 1.5 3.5 3.5."""
    found = choice(np.array([0.6, 0.5, 0.3, 0.2]), AGREE, ROWS)
    assert found.rank_sums.tolist() == [6.5, 4.5, 8.5, 10.5]
    assert found.order == (1, 0, 2, 3)
    assert found.left_out == ()
    assert found.best_by_part() == {MAP: 0, AGREEMENT: 1, STABILITY: 1}


def test_of_equal_sums_the_larger_silhouette_is_first() -> None:
    found = choice(np.array([0.1, 0.2]), np.array([[np.nan, 0.3], [0.3, np.nan]]), ["a", "b"])
    assert (found.order, found.left_out) == ((1, 0), (STABILITY,))
    agreement = np.array([[np.nan, 0.2, 0.6], [0.2, np.nan, 0.4], [0.6, 0.4, np.nan]])
    tied = choice(np.array([0.1, 0.9, 0.2]), agreement, ["a", "b", "c"])
    assert tied.rank_sums.tolist() == [5.0, 4.0, 3.0]
    equal = choice(np.array([0.2, 0.9, 0.1]), agreement, ["a", "b", "c"])
    assert equal.rank_sums.tolist() == [4.0, 4.0, 4.0]
    assert equal.order == (1, 0, 2)


def test_one_row_has_no_agreement_with_others() -> None:
    found = choice(np.array([0.1, 0.2]), np.array([[np.nan, 0.3], [0.3, np.nan]]), ["a", "a"])
    assert (found.order, found.left_out) == ((1, 0), (AGREEMENT,))


def test_a_fit_without_a_silhouette_is_not_ranked_and_its_agreement_does_not_count() -> None:
    found = choice(np.array([0.6, 0.5, np.nan, 0.2]), AGREE, ROWS)
    assert sorted(found.order) == [0, 1, 3]
    assert np.isnan(found.rank_sums).tolist() == [False, False, True, False]
    assert found.parts[AGREEMENT][[0, 1, 3]].tolist() == [0.4, 0.6, pytest.approx(0.5)]
    assert found.left_out == (STABILITY,)


def test_without_any_silhouette_nothing_is_chosen() -> None:
    with pytest.raises(ValueError, match="no fit has a silhouette"):
        choice(np.full(4, np.nan), AGREE, ROWS)
