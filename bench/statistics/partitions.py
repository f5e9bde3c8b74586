"""Two partitions of the same images compared: the part of the uncertainty that comes from the images.

Seeds do not show this part: with other images of the same kind, the same method and seed would have other figures.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.statistics.intervals import LEVEL, Interval

RESAMPLES = 2_000
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class McNemar:
    """McNemar's test of two partitions: which of both is right where only one of them is."""

    only_new: int
    """Number of images that only the first partition has right."""
    only_base: int
    p: float
    """Two-sided probability of such counts, if both are right equally often: exact, from the binomial distribution."""


def mcnemar(new: NDArray[np.bool_], base: NDArray[np.bool_]) -> McNemar:
    """Compare two partitions by which samples they have right; both arrays have shape (n_samples,).

    The exact form of the test (McNemar 1947): scipy's binomial test of the samples that only one of both has right.

    >>> mcnemar(np.array([True] * 7 + [False]), np.array([False] * 7 + [True]))
    McNemar(only_new=7, only_base=1, p=0.0703125)
    """
    from scipy.stats import binomtest  # slow to import

    only_new, only_base = int((new & ~base).sum()), int((base & ~new).sum())
    one_of_both = only_new + only_base
    return McNemar(only_new, only_base, float(binomtest(only_new, one_of_both).pvalue) if one_of_both else 1.0)


def interval_of_accuracy_difference(
    new: NDArray[np.bool_], base: NDArray[np.bool_], resamples: int = RESAMPLES
) -> Interval:
    """The interval over images of the difference of two accuracies.

    Both arrays have shape (n_samples,): whether each partition has an image right, with clusters matched to classes on
    all images. The matching stays as it is.
    """
    n = len(new)
    only_new, only_base = int((new & ~base).sum()), int((base & ~new).sum())
    shares = np.array([only_new, only_base, n - only_new - only_base]) / n
    draws = np.random.default_rng(0).multinomial(n, shares, resamples)
    return _percentiles((draws[:, 0] - draws[:, 1]) / n)


def interval_of_ari_difference(new: Labels, base: Labels, truth: Labels, resamples: int = RESAMPLES) -> Interval:
    """The interval over images of ARI(new, truth) − ARI(base, truth); all arrays have shape (n_samples,).

    Images are drawn by the counts of their combination of the three labels, which are multinomial: the same
    distribution as drawing images, at the cost of a table instead of all images.
    """
    (new_codes, n_new), (base_codes, n_base), (true_codes, n_true) = map(_codes, (new, base, truth))
    shape = (n_new, n_base, n_true)
    flat = np.ravel_multi_index((new_codes, base_codes, true_codes), shape)
    counts = np.bincount(flat, minlength=int(np.prod(shape)))
    draws = np.random.default_rng(0).multinomial(len(truth), counts / len(truth), resamples).reshape(-1, *shape)
    return _percentiles(adjusted_rand_indices(draws.sum(2)) - adjusted_rand_indices(draws.sum(1)))


def _percentiles(values: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values, [LEVEL / 2, 1 - LEVEL / 2])
    return Interval(float(low), float(high), "percentile")


def _codes(labels: Labels) -> tuple[NDArray[np.intp], int]:
    values, codes = np.unique(labels, return_inverse=True)
    return codes, len(values)


def adjusted_rand_indices(tables: Any) -> Any:
    """The adjusted Rand index of each contingency table; `tables` has shape (n_tables, n_clusters, n_classes).

    By counts of pairs (Hubert & Arabie 1985, Eq. 5); 1 where both partitions are trivial, as in scikit-learn.
    """

    def pairs(counts: Any) -> Any:
        counts = counts.astype(np.float64)
        return counts * (counts - 1) / 2

    both = pairs(tables).sum((1, 2))
    rows, columns = pairs(tables.sum(2)).sum(1), pairs(tables.sum(1)).sum(1)
    expected = rows * columns / pairs(tables.sum((1, 2)))
    highest = (rows + columns) / 2
    trivial = highest == expected
    return np.where(trivial, 1.0, (both - expected) / np.where(trivial, 1.0, highest - expected))
