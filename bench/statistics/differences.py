"""The difference of two rows over their seeds: its interval, its tests and the probability of an improvement.

Two rows are paired by seed only if they share work on a seed, such as one pretrained autoencoder. Otherwise a seed
means nothing to both, and the rows are two independent samples.
"""

import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from statistics import fmean
from typing import Any, Literal, TypeVar

import numpy as np

from bench.statistics.intervals import LEVEL, RESAMPLES, Interval, interval_of_difference, interval_of_mean
from bench.statistics.summary import Summary, summarize

Pairing = Literal["paired", "unpaired", "one fixed value", "two fixed values"]
"""`paired`: differences of the same seed. `unpaired`: two independent samples. `one fixed value`: one of both rows does
not depend on the seed. `two fixed values`: neither row does, so seeds decide nothing."""
ROUNDING = 1e-7
"""Two values are equal if they differ by at most this share of the larger one. Silhouettes of equal partitions differ
by some 10⁻⁹ of it, because partitions that are scored together are summed in another order."""
MOST_EXACT = 20_000
"""A permutation test visits all permutations if they are at most this many, and 9,999 random ones otherwise."""

Run = TypeVar("Run", bound=Hashable)
"""Names a run: its seed, or its seed and subsample."""
ByRun = Mapping[int, float]
"""A value for each run, by its seed."""


@dataclass(frozen=True)
class Difference:
    """new − base, in the metric's own units."""

    pairing: Pairing
    n: tuple[int, int]
    """Number of values of `new` and of `base`; with pairs, both are the number of pairs."""
    summary: Summary
    """Mean difference. With pairs or with one fixed value, also the standard deviation of the differences."""
    interval: Interval | None
    """Of the mean difference; None with fewer than two values."""
    p: float | None
    """Two-sided probability of so large a mean difference if both rows are equal, by permutation: of the signs of the
    differences, or of the values over both rows (Fisher 1935; Good 2005). None where no test is possible."""
    p_ranks: float | None
    """The same from ranks: Wilcoxon's signed ranks, or Mann and Whitney's U for two independent samples."""
    smallest_p: float
    """The smallest `p` that so few values can reach: 2 / 2ⁿ for n differences, 2 / C(n + m, n) for two samples. With
    random permutations, at least 2 / 10,000."""
    improvement: float | None
    """Probability in [0, 1] that a run of `new` has a higher value than a run of `base`, of the same seed if both are
    paired; ties count half (Agarwal et al. 2021). None without values."""

    @property
    def is_too_small(self) -> bool:
        """Whether so few values can never reach a probability below 5 %. Two fixed values are never too few."""
        return self.pairing != "two fixed values" and self.smallest_p >= LEVEL


def smallest_p(pairing: Pairing, n_new: int, n_base: int) -> float:
    """The smallest two-sided probability of a permutation test with so many values, in [0, 1].

    >>> smallest_p("paired", 5, 5), smallest_p("paired", 6, 6), smallest_p("unpaired", 3, 3)
    (0.0625, 0.03125, 0.1)
    >>> smallest_p("unpaired", 10, 10)  # 9,999 random splits and the observed one
    0.0002
    """
    if pairing == "two fixed values" or min(n_new, n_base) < 1:
        return 1.0
    n = max(n_new, n_base) if pairing == "one fixed value" else min(n_new, n_base)
    permutations = comb(n_new + n_base, n_new) if pairing == "unpaired" else 2**n
    return min(1.0, 2 / (permutations if permutations <= MOST_EXACT else RESAMPLES + 1))


def pairing_of(shared: bool, fixed: tuple[bool, bool]) -> Pairing:
    """How two rows are compared; the arguments are those of `difference`."""
    if any(fixed):
        return "two fixed values" if all(fixed) else "one fixed value"
    return "paired" if shared else "unpaired"


def difference(
    new: Mapping[Run, float], base: Mapping[Run, float], *, shared: bool, fixed: tuple[bool, bool] = (False, False)
) -> Difference:
    """Compare two rows.

    `shared`: whether both rows share work on each common run; only then are they paired. `fixed`: whether `new` and
    `base` do not depend on the seed, as Ward's clustering; then all values of this row are one value.

    >>> rows = {seed: 0.5 + seed / 100 for seed in range(6)}, {seed: 0.4 for seed in range(6)}
    >>> result = difference(*rows, shared=True)
    >>> round(result.summary.mean, 3), result.p, result.p_ranks, result.improvement
    (0.125, 0.03125, 0.03125, 1.0)
    >>> difference(*rows, shared=False).pairing, difference({0: 1.0}, {0: 2.0}, shared=True).is_too_small
    ('unpaired', True)
    """
    pairing = pairing_of(shared, fixed)
    if not new or not base:
        return Difference(pairing, (len(new), len(base)), summarize([]), None, None, None, 1.0, None)
    if pairing == "two fixed values":
        one, other = fmean(new.values()), fmean(base.values())
        apart = summarize([0.0 if _are_equal(one, other) else one - other])
        return Difference(pairing, (len(new), len(base)), apart, None, None, None, 1.0, _wins(one, other))
    if pairing == "one fixed value":
        return _against_fixed(new, base, fixed)
    if pairing == "paired":
        common = [run for run in new if run in base]
        pairs = [(new[run], base[run]) for run in common]
        return _of_differences("paired", tuple(pairs), (len(common), len(common)))
    return _unpaired(tuple(new.values()), tuple(base.values()))


def _against_fixed(new: Mapping[Run, float], base: Mapping[Run, float], fixed: tuple[bool, bool]) -> Difference:
    """The differences of the row that varies from the one value of the other row."""
    if fixed[0]:
        pairs = [(fmean(new.values()), value) for value in base.values()]
    else:
        pairs = [(value, fmean(base.values())) for value in new.values()]
    return _of_differences("one fixed value", tuple(pairs), (len(new), len(base)))


# A report asks for one difference several times: for a table, for its CSV file and for what is bold.
@lru_cache(maxsize=20_000)
def _of_differences(pairing: Pairing, pairs: tuple[tuple[float, float], ...], n: tuple[int, int]) -> Difference:
    apart = [0.0 if _are_equal(one, other) else one - other for one, other in pairs]
    improvement = fmean(_wins(one, other) for one, other in pairs) if pairs else None
    smallest = smallest_p("paired", len(apart), len(apart))
    p = p_ranks = None
    if len(apart) > 1:
        p, p_ranks = sign_flip(apart), _wilcoxon(apart)
    return Difference(pairing, n, summarize(apart), interval_of_mean(apart), p, p_ranks, smallest, improvement)


@lru_cache(maxsize=20_000)
def _unpaired(new: tuple[float, ...], base: tuple[float, ...]) -> Difference:
    n = (len(new), len(base))
    values = _without_rounding((*new, *base))
    new, base = values[: n[0]], values[n[0] :]
    improvement = fmean(_wins(one, other) for one in new for other in base)
    smallest = smallest_p("unpaired", *n)
    p = p_ranks = None
    if min(n) > 1:
        p, p_ranks = exchanged(new, base), _mann_whitney(new, base)
    apart = Summary(fmean(new) - fmean(base), None, min(n))
    return Difference("unpaired", n, apart, interval_of_difference(new, base), p, p_ranks, smallest, improvement)


def _are_equal(one: float, other: float) -> bool:
    return abs(one - other) <= ROUNDING * max(abs(one), abs(other))


def _without_rounding(values: Sequence[float]) -> tuple[float, ...]:
    """The values, but each one that is equal to the next lower one is that one.

    Otherwise, the order of equal values would be that of their rounding, which differs between two rows.

    >>> _without_rounding([0.5, 0.3, 0.5 + 1e-12])
    (0.5, 0.3, 0.5)
    """
    equal: dict[float, float] = {}
    for value in sorted(values):
        lower = next(reversed(equal.values()), value)
        equal[value] = lower if _are_equal(lower, value) else value
    return tuple(equal[value] for value in values)


def _wins(one: float, other: float) -> float:
    return 0.5 if _are_equal(one, other) else float(one > other)


def sign_flip(differences: Sequence[float]) -> float:
    """Two-sided permutation test of the mean of paired differences: all signs are equally likely if nothing differs.

    All 2ⁿ signs up to n = 14, else 9,999 random ones. 1.0 if all differences are zero.
    """
    return _permuted((differences,), lambda sample, axis: sample.mean(axis), "samples", 2 ** len(differences))


def exchanged(new: Sequence[float], base: Sequence[float]) -> float:
    """Two-sided permutation test of the difference of two means: every split of all values is equally likely.

    All splits if they are at most 20,000, else 9,999 random ones. 1.0 if all values are equal.
    """
    splits = comb(len(new) + len(base), len(new))
    return _permuted((new, base), lambda one, other, axis: one.mean(axis) - other.mean(axis), "independent", splits)


def _permuted(samples: tuple[Sequence[float], ...], statistic: Any, kind: str, n_permutations: int) -> float:
    from scipy.stats import permutation_test  # slow to import

    resamples = np.inf if n_permutations <= MOST_EXACT else RESAMPLES
    arrays = tuple(np.asarray(sample, float) for sample in samples)
    generator = np.random.default_rng(0)
    result = permutation_test(
        arrays, statistic, permutation_type=kind, n_resamples=resamples, vectorized=True, axis=-1, rng=generator
    )
    return min(1.0, float(result.pvalue))


def _wilcoxon(differences: Sequence[float]) -> float:
    """Wilcoxon's signed ranks; zeros are ranked and their ranks split (Pratt 1959)."""
    from scipy.stats import wilcoxon  # slow to import

    if not any(differences):
        return 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the probability is approximate, with ties
        return float(wilcoxon(differences, zero_method="pratt").pvalue)


def _mann_whitney(new: Sequence[float], base: Sequence[float]) -> float:
    from scipy.stats import mannwhitneyu  # slow to import

    return float(mannwhitneyu(new, base).pvalue)
