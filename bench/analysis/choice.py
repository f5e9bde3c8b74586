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
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """The fits in the order of the rule."""

    order: tuple[int, ...]
    """The places of the ranked fits, best first."""
    bits: Numbers
    """(n,): the autoinformation of each fit; not a number for a fit that is not ranked."""
    left_out: dict[int, str]
    """By place: the reason why a fit is not ranked."""


def choice(reference: FloatArray, labelings: Sequence[IntArray], n_clusters: int) -> Choice:
    """Order fits by the autoinformation of their clusters in the reference space, the largest first.

    `reference`, (n_samples, d), is one space for all fits, as from `bench.metrics.reference`. `labelings`: each
    (n_samples,), −1 is noise. A fit with noise, or with fewer than `n_clusters` clusters, is left out. Of equal values,
    the earlier fit is first. No true labels are used.

    >>> points = np.array([[0.0], [1.0], [5.0], [6.0]])
    >>> labelings = [np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), np.array([0, 0, 0, 0])]
    >>> found = choice(points, labelings, 2)
    >>> found.order, found.left_out
    ((1, 0), {2: 'fewer clusters than asked for'})
    """
    left_out = {place: why for place, labels in enumerate(labelings) if (why := _why_not(labels, n_clusters))}
    ranked = [place for place in range(len(labelings)) if place not in left_out]
    bits = np.full(len(labelings), np.nan)
    if ranked:
        bits[ranked] = autoinformation(nearest(reference), [labelings[place] for place in ranked])
    return Choice(tuple(sorted(ranked, key=lambda place: -bits[place])), bits, left_out)


def _why_not(labels: IntArray, n_clusters: int) -> str:
    """Why a fit is not ranked; empty if it is."""
    if (labels < 0).any():
        return NOISE
    return FEWER if len(cluster_sizes(labels)) < n_clusters else ""
