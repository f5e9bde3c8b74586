"""The rule that names one fit of an experiment without labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analysis.autoinformation import autoinformation, nearest
from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.partition import cluster_sizes

NOISE = "some samples are in no cluster"
FEWER = "fewer clusters than asked for"
MORE = "more clusters than asked for"
_DECIMALS = 12
"""Values that are equal to so many decimals are equal: equal clusters with other numbers differ by rounding alone."""
Numbers = NDArray[np.float64]
PAGE = "docs/results/choosing.md"
"""The page with the regret of the rule on each data set."""


@dataclass(frozen=True)
class Regret:
    """How much of the ARI the rule costs on data sets whose true labels are known."""

    n_sets: int
    mean: float
    """Mean over the data sets of the largest ARI of all fits, minus that of the named fit; ≥ 0."""
    largest: float
    """The largest of these differences; ≥ 0."""


REGRET = Regret(n_sets=7, mean=0.049, largest=0.232)
"""As in results/choose/regret.csv, rounded to three decimals."""


@dataclass(frozen=True)
class Choice:
    """The fits in the order of the rule."""

    order: tuple[int, ...]
    """The places of the ranked fits, best first."""
    bits: Numbers
    """(n,): the autoinformation of each fit; not a number for a fit that is not ranked."""
    left_out: dict[int, str]
    """By place: the reason why a fit is not ranked."""

    @property
    def equal_to_first(self) -> tuple[int, ...]:
        """The places of the ranked fits with the value of the first one, itself included."""
        values = _rounded(self.bits)
        return tuple(place for place in self.order if values[place] == values[self.order[0]])


def choice(reference: FloatArray, labelings: Sequence[IntArray], n_clusters: int) -> Choice:
    """Order fits by the autoinformation of their clusters in the reference space, the largest first.

    `reference`, (n_samples, d), is one space for all fits, as from `bench.metrics.reference`. `labelings`: each
    (n_samples,), −1 is noise. A fit with noise, or with another number of clusters than `n_clusters`, is left out: more
    clusters can have more bits. Of equal values, the earlier fit is first. No true labels are used.

    >>> points = np.arange(40.0)[:, np.newaxis]
    >>> every_second, halves = np.arange(40) % 2, np.arange(40) // 20
    >>> found = choice(points, [every_second, halves, np.zeros(40, int)], 2)
    >>> found.order, found.left_out
    ((1, 0), {2: 'fewer clusters than asked for'})
    """
    left_out = {place: why for place, labels in enumerate(labelings) if (why := _why_not(labels, n_clusters))}
    ranked = [place for place in range(len(labelings)) if place not in left_out]
    bits: Numbers = np.full(len(labelings), np.nan)
    if ranked:
        bits[ranked] = autoinformation(nearest(reference), [labelings[place] for place in ranked])
    values = _rounded(bits)
    return Choice(tuple(sorted(ranked, key=lambda place: -values[place])), bits, left_out)


def _why_not(labels: IntArray, n_clusters: int) -> str:
    """Why a fit is not ranked; empty if it is."""
    if (labels < 0).any():
        return NOISE
    n_found = len(cluster_sizes(labels))
    return "" if n_found == n_clusters else FEWER if n_found < n_clusters else MORE


def _rounded(bits: Numbers) -> list[float]:
    values: list[float] = np.round(bits, _DECIMALS).tolist()
    return values
