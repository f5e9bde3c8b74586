"""Merging of clusters: two clusters are one while no valley of density lies between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bench.analysis.dip import Numbers, dip
from bench.metrics.arrays import FloatArray

RATIO = 2
"""A larger cluster takes part in a test with at most this many times the samples of the smaller one, those nearest to
it: otherwise a small cluster is lost in the tail of a large one (Leiber et al. 2021, section 3.3)."""

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Merge:
    """The two clusters with the shallowest valley between them, among `n_clusters` clusters."""

    n_clusters: int
    """Before the merge."""
    valley: float
    """The smallest √n · dip over the maps, ≥ 0."""


def merges_of(
    labels: Labels, maps: Sequence[FloatArray], progress: Callable[[float], None] = lambda share: None
) -> list[Merge]:
    """Merge the two clusters with the shallowest valley, again and again, down to one cluster.

    `labels`, (n_samples,), are 0 … n_clusters − 1 without gaps. Each map, (n_samples, d), has the positions of the same
    samples. The samples of two clusters are projected on the axis between their means. √n times the dip of the n
    positions there (Hartigan & Hartigan 1985) says how deep the valley between them is. Of several maps the smallest
    value counts: a valley that one map lacks may be the work of the others. `progress` gets the share that is done.

    >>> line = np.concatenate([np.linspace(0, 1, 50), np.linspace(3, 4, 50)])[:, None]
    >>> [round(merge.valley, 1) for merge in merges_of(np.repeat([0, 1, 2, 3], 25), [line])]
    [0.1, 0.1, 1.7]
    """
    labels = labels.copy()
    live = np.unique(labels).tolist()
    n_start = len(live)
    pairs = list(combinations(live, 2))
    valleys = {}
    for number, pair in enumerate(pairs):
        valleys[pair] = _valley(labels, maps, *pair)
        progress(0.7 * (number + 1) / len(pairs))
    merges = []
    while len(live) > 1:
        kept, gone = pair = min(valleys, key=lambda each: (valleys[each], each))
        merges.append(Merge(len(live), valleys[pair]))
        labels[labels == gone] = kept
        live.remove(gone)
        valleys = {each: valley for each, valley in valleys.items() if not {*each} & {*pair}}
        for other in live:
            if other != kept:
                new = (min(kept, other), max(kept, other))
                valleys[new] = _valley(labels, maps, *new)
        progress(0.7 + 0.3 * (n_start - len(live)) / (n_start - 1))
    return merges


def _valley(labels: Labels, maps: Sequence[FloatArray], first: int, second: int) -> float:
    """The smallest √n · dip of two clusters over the maps."""
    return min(_valley_on(positions[labels == first], positions[labels == second]) for positions in maps)


def _valley_on(first: FloatArray, second: FloatArray) -> float:
    """√n · dip of the samples of two clusters, (n, d) each, on the axis between their means."""
    start, end = (each.mean(axis=0, dtype=np.float64) for each in (first, second))
    axis = end - start
    values = np.concatenate(
        [
            _nearest_to(first @ axis, float(end @ axis), RATIO * len(second)),
            _nearest_to(second @ axis, float(start @ axis), RATIO * len(first)),
        ]
    )
    return float(np.sqrt(len(values)) * dip(values))


def _nearest_to(values: Numbers, place: float, count: int) -> Numbers:
    """The `count` numbers nearest to `place`, or all if there are fewer."""
    return values[np.argsort(np.abs(values - place), kind="stable")[:count]]
