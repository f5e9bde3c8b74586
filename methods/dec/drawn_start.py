"""First clusters of many samples from those of a part of them, because a map of all samples takes long."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from methods.base import FloatArray, IntArray

N_VOTES = 10
"""The nearest drawn samples that give another sample its cluster."""


def drawn_rows(n_samples: int, n_drawn: int | None, seed: int) -> IntArray:
    """`n_drawn` of the rows 0 … n_samples − 1 in ascending order, drawn with `seed`; all rows if it is None or larger.

    >>> drawn_rows(5, 3, 0), drawn_rows(5, None, 0)
    (array([2, 3, 4]), array([0, 1, 2, 3, 4]))
    """
    if n_drawn is None or n_drawn >= n_samples:
        return np.arange(n_samples)
    rows: IntArray = np.sort(np.random.default_rng(seed).choice(n_samples, n_drawn, replace=False))
    return rows


def labels_of_all(space: FloatArray, rows: IntArray, labels: IntArray) -> IntArray:
    """The labels of all samples, from `labels` of the samples `rows`.

    Another sample has the label that most of its `N_VOTES` nearest drawn samples in `space`, (n_samples, d), have; the
    lower label wins a tie.
    """
    if len(rows) == len(space):
        return labels
    neighbours = KNeighborsClassifier(min(N_VOTES, len(rows)), algorithm="brute").fit(space[rows], labels)
    every = np.empty(len(space), dtype=labels.dtype)
    every[rows] = labels
    others = np.setdiff1d(np.arange(len(space)), rows, assume_unique=True)
    every[others] = neighbours.predict(space[others])
    return every
