"""The most typical and the least certain samples of each cluster."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = 4
"""Strengths that are equal to this digit after the point are told apart by the margin: many posteriors are 1."""


@dataclass(frozen=True)
class Examples:
    """Samples of one cluster, as their places in the arrays of the fit. No sample is in both lists."""

    cluster: int
    size: int
    """Number of samples in the cluster."""
    typical: tuple[int, ...]
    """The strongest assignment first."""
    uncertain: tuple[int, ...]
    """The weakest assignment first."""


def examples(
    labels: NDArray[np.int64], strength: NDArray[Any], margin: NDArray[Any] | None, count: int
) -> list[Examples]:
    """At most `count` typical and `count` uncertain samples of each cluster with samples, in the order of the clusters.

    All arrays have the shape (n_samples,). Samples without a strength (NaN) are last in both lists. Equal samples have
    the order of the data. A cluster of few samples has them shared out between the lists, typical ones first.

    >>> examples(np.array([0, 0, 0, -1]), np.array([0.5, 0.9, 0.7, np.nan]), None, 2)
    [Examples(cluster=0, size=3, typical=(1, 2), uncertain=(0,))]
    """
    rounded = np.round(strength, DIGITS)
    second = np.zeros(len(labels)) if margin is None else margin
    strongest, weakest = np.lexsort((-second, -rounded)), np.lexsort((second, rounded))
    found = []
    for cluster in np.unique(labels[labels >= 0]).tolist():
        first = strongest[labels[strongest] == cluster]
        n_last = min(count, len(first) // 2)
        typical = first[: min(count, len(first) - n_last)]
        last = weakest[(labels[weakest] == cluster) & ~np.isin(weakest, typical)]
        found.append(Examples(cluster, len(first), tuple(typical.tolist()), tuple(last[:n_last].tolist())))
    return found
