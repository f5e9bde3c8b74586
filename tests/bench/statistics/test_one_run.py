"""The interval of the difference of one more run of each of two rows."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from bench.statistics.intervals import Interval, prediction_interval
from bench.statistics.one_run import prediction_interval_of_difference


def runs(values) -> dict[int, float]:
    return dict(enumerate(map(float, values)))


def test_equal_variances_and_counts_have_the_pooled_degrees_of_freedom():
    """By hand: both variances are 1 and n = 3, so t has 4 degrees of freedom and the half is t · √(2 · 4/3)."""
    found = prediction_interval_of_difference(runs([9, 10, 11]), runs([4, 5, 6]), shared=False)
    half = 2.7764 * sqrt(8 / 3)
    assert (found.low, found.high) == pytest.approx((5 - half, 5 + half), abs=1e-3)


def test_shared_work_is_paired_by_run_and_the_order_of_runs_does_not_matter():
    new, base = {0: 5.0, 1: 7.0, 2: 6.5, 9: 100.0}, {2: 6.0, 1: 5.0, 0: 4.0}
    assert prediction_interval_of_difference(new, base, shared=True) == prediction_interval([1.0, 2.0, 0.5])


def test_a_row_without_variance_leaves_the_interval_of_the_other_row():
    """With infinitely many equal runs of one row, only the other row is uncertain."""
    values = [1.0, 1.5, 0.7, 1.2]
    found = prediction_interval_of_difference(runs(values), runs([0.25] * 50), shared=False)
    alone = prediction_interval(values)
    assert (found.low + 0.25, found.high + 0.25) == pytest.approx((alone.low, alone.high))
    assert prediction_interval_of_difference(runs([2, 2]), runs([0.5, 0.5]), shared=False) == Interval(1.5, 1.5, "t")


@pytest.mark.parametrize("shared", [True, False])
def test_one_run_has_no_interval(shared: bool):
    assert prediction_interval_of_difference({0: 1.0}, {0: 2.0}, shared=shared) is None
    assert prediction_interval_of_difference({}, {0: 2.0, 1: 1.0}, shared=shared) is None
    assert prediction_interval_of_difference({0: 1.0, 1: 2.0}, {7: 2.0, 8: 1.0}, shared=True) is None


@pytest.mark.parametrize("n", [3, 6])
def test_one_more_pair_lies_in_the_interval_as_often_as_it_says(n: int):
    """Two normal rows with standard deviations 1 and 3: 95 % of new pairs, within the error of 2,000 repetitions."""
    rng, hits, repetitions = np.random.default_rng(n), 0, 2_000
    for _ in range(repetitions):
        new, base = rng.normal(1.0, 1.0, n), rng.normal(0.0, 3.0, n)
        interval = prediction_interval_of_difference(runs(new), runs(base), shared=False)
        hits += rng.normal(1.0, 1.0) - rng.normal(0.0, 3.0) in interval
    low, high = stats.binom.ppf([0.001, 0.999], repetitions, 0.95)
    assert low - 0.01 * repetitions <= hits <= high + 0.01 * repetitions
