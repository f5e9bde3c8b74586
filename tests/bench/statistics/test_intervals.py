"""Intervals, against worked examples of textbooks and an independent computation."""

import numpy as np
import pytest
from scipy.stats import norm

from bench.statistics.intervals import Interval, interval_of_difference, interval_of_mean, prediction_interval

SPRING_SCALE = [51.4, 49.5, 48.7, 49.3, 51.6]
"""Hahn & Meeker (1991), Table 1.1: five readings, mean 50.10 and standard deviation 1.31."""


def test_the_prediction_interval_of_hahn_and_meeker() -> None:
    interval = prediction_interval(SPRING_SCALE)
    assert interval is not None
    assert (round(interval.low, 1), round(interval.high, 1)) == (46.1, 54.1)


def test_the_interval_of_the_mean_of_hahn_and_meeker() -> None:
    interval = interval_of_mean(SPRING_SCALE)
    assert interval is not None
    assert (round(interval.low, 1), round(interval.high, 1), interval.kind) == (48.5, 51.7, "t")


def bca(values: np.ndarray, resamples: int = 200_000) -> tuple[float, float]:
    """The BCa interval of the mean (Efron 1987, Eq. 3.8), written down a second time."""
    draws = np.random.default_rng(7).choice(values, (resamples, len(values))).mean(1)
    bias = norm.ppf((draws < values.mean()).mean() + (draws == values.mean()).mean() / 2)
    left_out = np.array([np.delete(values, number).mean() for number in range(len(values))])
    apart = left_out.mean() - left_out
    acceleration = (apart**3).sum() / (6 * (apart**2).sum() ** 1.5)
    z = bias + norm.ppf([0.025, 0.975])
    low, high = np.quantile(draws, norm.cdf(bias + z / (1 - acceleration * z)))
    return float(low), float(high)


def test_from_eight_values_on_the_interval_is_bca() -> None:
    values = np.random.default_rng(3).exponential(size=12)
    interval = interval_of_mean(values.tolist())
    assert interval is not None
    assert interval.kind == "BCa"
    assert (interval.low, interval.high) == pytest.approx(bca(values), abs=0.05)
    assert interval_of_mean(values.tolist()) == interval, "equal values have equal intervals"
    seven = interval_of_mean(values[:7].tolist())
    assert seven is not None
    assert seven.kind == "t"


def test_welch_by_hand() -> None:
    """Means 2 and 5, variances 1 and 4, three values each: standard error √(5/3), 2.94 degrees of freedom."""
    interval = interval_of_difference([1.0, 2.0, 3.0], [3.0, 5.0, 7.0])
    assert interval is not None
    half = 3.2164 * (5 / 3) ** 0.5
    assert (interval.low, interval.high) == pytest.approx((-3 - half, -3 + half), abs=0.02)


@pytest.mark.parametrize("n", [2, 7, 8, 20])
def test_equal_values_have_an_interval_without_width(n: int) -> None:
    interval = interval_of_mean([0.3] * n)
    apart = interval_of_difference([0.3] * n, [0.1] * n)
    assert interval is not None
    assert apart is not None
    assert (interval.low, interval.high) == (0.3, 0.3)
    assert apart.low == apart.high == pytest.approx(0.2)


def test_one_row_of_equal_values_still_has_an_interval() -> None:
    interval = interval_of_difference([0.5] * 10, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.2])
    assert interval is not None
    assert 0.2 < interval.low < 0.3 < interval.high < 0.4


def test_one_value_has_no_interval() -> None:
    assert interval_of_mean([1.0]) is None
    assert prediction_interval([1.0]) is None
    assert interval_of_difference([1.0], [1.0, 2.0]) is None


def test_an_interval_knows_what_lies_in_it() -> None:
    assert 0.5 in Interval(0.5, 0.6, "t")
    assert 0.4 not in Interval(0.5, 0.6, "t")
    assert Interval(0.1, 0.2, "t").excludes_zero
    assert Interval(-0.2, -0.1, "t").excludes_zero
    assert not Interval(0.0, 0.1, "t").excludes_zero


@pytest.mark.parametrize("n", [5, 10])
def test_the_intervals_hold_the_true_mean_about_as_often_as_they_say(n: int) -> None:
    """Of 400 samples of a normal distribution. BCa intervals of ten values are known to be a little short."""
    generator = np.random.default_rng(n)
    hits = sum(0.0 in interval for _ in range(400) if (interval := interval_of_mean(generator.normal(size=n).tolist())))
    assert 0.88 * 400 < hits < 0.98 * 400
