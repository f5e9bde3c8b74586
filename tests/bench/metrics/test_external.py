"""Agreement with true classes, computed by hand."""

import numpy as np
import pytest

from bench.metrics.external import accuracy, ari, hungarian_accuracy, match_clusters, nmi
from bench.metrics.fit import Fit

TRUE = np.array([0, 0, 0, 1, 1, 1, 2, 2])


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        pytest.param([5, 5, 5, 3, 3, 3, 9, 9], 8 / 8, id="other labels with gaps"),
        pytest.param([0, 0, 1, 1, 1, 1, 2, 2], 7 / 8, id="one mistake"),
        pytest.param([0, 0, 0, 0, 0, 0, 0, 0], 3 / 8, id="one cluster matches only one class"),
        pytest.param([0, 0, 3, 1, 1, 4, 2, 5], 5 / 8, id="unmatched clusters are wrong"),
        pytest.param([-1, 0, 0, 1, 1, 1, 2, 2], 7 / 8, id="noise is always wrong"),
        pytest.param([-1, -1, -1, 1, 1, 1, 2, 2], 5 / 8, id="noise is not matched with a class"),
        pytest.param([-1] * 8, 0.0, id="all noise"),
        pytest.param([0, 1, 1, 1, 1, 0, 0, 0], 4 / 8, id="best matching, not the first largest overlap"),
    ],
)
def test_accuracy_by_hand(predicted: list[int], expected: float) -> None:
    assert hungarian_accuracy(TRUE, np.array(predicted)) == expected


def test_the_matching_is_optimal_where_a_greedy_matching_is_not() -> None:
    # Overlaps [[4, 3], [3, 0]]: a greedy matching has 4 + 0, the best matching 3 + 3.
    true = np.repeat([0, 0, 1], [4, 3, 3])
    predicted = np.repeat([0, 1, 0], [4, 3, 3])
    assert hungarian_accuracy(true, predicted) == 0.6


def test_different_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="lengths 2 and 3"):
        hungarian_accuracy(np.zeros(2, int), np.zeros(3, int))


def test_ari_and_nmi_by_hand() -> None:
    fit = Fit(labels=np.array([0, 1, 0, 1]), features=np.zeros((4, 1)), true_labels=np.array([0, 0, 1, 1]))
    # Pairs that are together in both: 0; expected by chance: 2·2/6 = 2/3; maximum: 2. (0 − 2/3) / (2 − 2/3) = −1/2.
    assert ari(fit) == pytest.approx(-0.5)
    assert nmi(fit) == pytest.approx(0)  # independent
    assert accuracy(fit) == 0.5


def test_nmi_is_divided_by_the_arithmetic_mean_of_the_entropies() -> None:
    fit = Fit(labels=np.array([0, 1, 2, 3]), features=np.zeros((4, 1)), true_labels=np.array([0, 0, 1, 1]))
    # mutual information ln 2, entropies ln 2 and ln 4: ln 2 / (1.5 ln 2)
    assert nmi(fit) == pytest.approx(2 / 3)


def test_external_metrics_are_none_without_true_labels() -> None:
    fit = Fit(labels=np.array([0, 1]), features=np.zeros((2, 1)))
    assert (accuracy(fit), ari(fit), nmi(fit)) == (None, None, None)


def test_clusters_left_over_are_matched_to_no_class() -> None:
    true, predicted = np.array([0, 0, 0, 1, 1]), np.array([2, 2, 0, 1, -1])
    matched = match_clusters(true, predicted)
    assert matched == {2: 0, 1: 1}
    right = sum(matched.get(int(k)) == c for c, k in zip(true, predicted, strict=True))
    assert right / 5 == hungarian_accuracy(true, predicted)
