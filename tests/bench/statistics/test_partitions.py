"""Two partitions of the same images: McNemar's test and intervals over images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from bench.statistics.partitions import (
    adjusted_rand_indices,
    interval_of_accuracy_difference,
    interval_of_ari_difference,
    mcnemar,
)

GENERATOR = np.random.default_rng(5)


def drawn(n: int, right: float, truth: np.ndarray) -> np.ndarray:
    """A labelling in which that share of the labels is true."""
    return np.where(GENERATOR.random(n) < right, truth, GENERATOR.integers(0, 3, n))


def test_mcnemar_of_agrestis_survey() -> None:
    """150 against 86 changed their mind: the exact p is 3.7e-5, and z² = 17.36 (Agresti 2002, Section 10.1)."""
    new = np.array([True] * 150 + [False] * 86 + [True] * 794)
    base = np.array([False] * 150 + [True] * 86 + [True] * 794)
    result = mcnemar(new, base)
    assert (result.only_new, result.only_base) == (150, 86)
    assert result.p == pytest.approx(3.7e-5, abs=2e-6)
    assert mcnemar(new, new).p == 1.0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=2, max_size=40))
def test_the_ari_of_a_table_equals_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    labels, truth = np.array(pairs).T
    table = np.zeros((1, 4, 3), int)
    np.add.at(table[0], (labels, truth), 1)
    assert adjusted_rand_indices(table)[0] == pytest.approx(adjusted_rand_score(truth, labels))


def test_drawing_counts_is_drawing_images() -> None:
    truth = GENERATOR.integers(0, 3, 300)
    new, base = drawn(300, 0.8, truth), drawn(300, 0.6, truth)
    interval = interval_of_ari_difference(new, base, truth)
    rows = [GENERATOR.integers(0, 300, 300) for _ in range(300)]
    values = [adjusted_rand_score(truth[r], new[r]) - adjusted_rand_score(truth[r], base[r]) for r in rows]
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=0.03)
    assert interval.kind == "percentile"


def test_the_interval_of_two_accuracies_by_the_normal_distribution() -> None:
    """Variance of the difference: (b + c − (b − c)² / n) / n² with b and c images that only one of both has right."""
    new = np.array([True] * 300 + [False] * 700)
    base = np.array([False] * 100 + [True] * 200 + [True] * 50 + [False] * 650)
    interval = interval_of_accuracy_difference(new, base)
    half = 1.96 * ((100 + 50 - 50**2 / 1000) / 1000**2) ** 0.5
    assert (interval.low, interval.high) == pytest.approx((0.05 - half, 0.05 + half), abs=0.002)
