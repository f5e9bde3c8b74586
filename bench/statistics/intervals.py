"""Intervals of 95 %: of a mean, of a difference of two means, and of one more run."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import sqrt
from typing import Any, Literal

import numpy as np

LEVEL = 0.05
"""An interval misses the true value with this probability; a test claims a difference below this probability."""
FEWEST_FOR_BOOTSTRAP = 8
"""From this number of values on, an interval is a BCa bootstrap interval; below, it is Student's."""
RESAMPLES = 9_999

NO_INTERVAL = (None, None, "")
"""The columns of a CSV file where there is no interval; `Interval.columns` where there is one."""
Kind = Literal["BCa", "t", "percentile"]


@dataclass(frozen=True)
class Interval:
    """An interval of 95 %."""

    low: float
    high: float
    kind: Kind
    """`BCa`: bias-corrected and accelerated bootstrap (Efron 1987). `t`: Student's t, or Welch's for two samples.
    `percentile`: quantiles of bootstrap values."""

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.low > 0 or self.high < 0

    @property
    def columns(self) -> tuple[float, float, str]:
        """Both ends and the kind, for a CSV file."""
        return self.low, self.high, self.kind

    def within(self, low: float, high: float) -> "Interval":
        """The part of the interval that a value can have: the mean of values from `low` to `high` lies there.

        >>> Interval(-0.6, 2.1, "t").within(0, 1)
        Interval(low=0, high=1, kind='t')
        """
        return Interval(max(self.low, low), min(self.high, high), self.kind)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def interval_of_mean(values: Sequence[float]) -> Interval | None:
    """The interval of the mean of independent values: BCa from 8 values on, Student's t below; None for fewer than 2.

    The bootstrap draws 9,999 samples with a generator of its own, so equal values have equal intervals. If all values
    are equal, both ends are that value.

    >>> interval = interval_of_mean([1.0, 2.0, 3.0])
    >>> interval.kind, round(interval.low, 3), round(interval.high, 3)
    ('t', -0.484, 4.484)
    """
    return _of_mean(tuple(values))


# A report asks for one interval several times: for a table, for its CSV file and for the page.
@lru_cache(maxsize=20_000)
def _of_mean(values: tuple[float, ...]) -> Interval | None:
    if len(values) < 2:
        return None
    if len(set(values)) == 1:
        return Interval(values[0], values[0], _kind(len(values)))
    if len(values) >= FEWEST_FOR_BOOTSTRAP and (interval := _bootstrap((values,), _mean)):
        return interval
    from scipy.stats import ttest_1samp  # slow to import

    return _student(ttest_1samp, values, 0.0)


def interval_of_difference(new: Sequence[float], base: Sequence[float]) -> Interval | None:
    """The interval of mean(new) − mean(base) of two independent samples; None if one has fewer than 2 values.

    BCa if both have 8 values or more, else Welch's t, which does not assume equal variances (Welch 1947).
    """
    if min(len(new), len(base)) < 2:
        return None
    if len(set(new)) == len(set(base)) == 1:
        apart = new[0] - base[0]
        return Interval(apart, apart, _kind(min(len(new), len(base))))
    if min(len(new), len(base)) >= FEWEST_FOR_BOOTSTRAP and (interval := _bootstrap((new, base), _apart)):
        return interval
    from scipy.stats import ttest_ind  # slow to import

    return _student(partial(ttest_ind, equal_var=False), new, base)


def prediction_interval(values: Sequence[float]) -> Interval | None:
    """The interval in which one more run lies, for runs of a normal distribution; None for fewer than 2 values.

    mean ± t · s · √(1 + 1/n), with t of n − 1 degrees of freedom (Hahn & Meeker 1991, Section 4.7).

    >>> interval = prediction_interval([49.0, 50.0, 51.0, 50.0, 50.0])
    >>> round(interval.low, 2), round(interval.high, 2)
    (47.85, 52.15)
    """
    n = len(values)
    if n < 2:
        return None
    from scipy.stats import t  # slow to import

    half = float(t.ppf(1 - LEVEL / 2, n - 1)) * float(np.std(values, ddof=1)) * sqrt(1 + 1 / n)
    mean = float(np.mean(values))
    return Interval(mean - half, mean + half, "t")


def _kind(n: int) -> Kind:
    return "BCa" if n >= FEWEST_FOR_BOOTSTRAP else "t"


def _mean(values: Any, axis: int) -> Any:
    return values.mean(axis)


def _apart(new: Any, base: Any, axis: int) -> Any:
    return new.mean(axis) - base.mean(axis)


def _bootstrap(samples: tuple[Sequence[float], ...], statistic: Any) -> Interval | None:
    """The BCa interval of `statistic`; None if it is not defined, for example if one sample has one value only."""
    from scipy.stats import bootstrap  # slow to import

    arrays = tuple(np.asarray(sample, float) for sample in samples)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy's warning that the interval is not defined: the ends are NaN then
        found = bootstrap(
            arrays, statistic, n_resamples=RESAMPLES, vectorized=True, axis=-1, rng=np.random.default_rng(0)
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return Interval(low, high, "BCa") if np.isfinite([low, high]).all() else None


def _student(test: Any, *samples: Any) -> Interval:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that values are nearly equal: the interval is narrow, as it should be
        found = test(*samples).confidence_interval(1 - LEVEL)
    return Interval(float(found.low), float(found.high), "t")
