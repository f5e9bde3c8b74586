"""How much each partition agrees with those of other seeds, and with those of other methods. No labels are used."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bench.analysis.partitions import Partition

Numbers = NDArray[np.float64]


def agreements(partitions: Sequence[Partition]) -> Numbers:
    """Adjusted Rand index of each two partitions, (n, n); not a number on the diagonal. All noise is one cluster."""
    found = np.full((len(partitions), len(partitions)), np.nan)
    for (row, one), (column, other) in combinations(enumerate(partitions), 2):
        found[row, column] = found[column, row] = adjusted_rand_score(one.labels, other.labels)
    return found


def stability(agreement: Numbers, labels: Sequence[str]) -> Numbers:
    """Mean agreement with the other seeds of the same row of the tables, (n,); not a number with a single seed.

    `labels`, (n,), name the row of each partition.

    >>> stability(np.array([[np.nan, 0.5, 0.1], [0.5, np.nan, 0.2], [0.1, 0.2, np.nan]]), ["a", "a", "b"])
    array([0.5, 0.5, nan])
    """
    names = np.array(labels)
    return np.array([_mean(agreement[place, (names == name) & _others(place, names)]) for place, name in _each(names)])


def agreement_with_others(agreement: Numbers, labels: Sequence[str]) -> Numbers:
    """Mean agreement with the other rows of the tables, (n,), each row counting once; not a number with one row only.

    >>> agreement_with_others(np.array([[np.nan, 0.5, 0.1], [0.5, np.nan, 0.2], [0.1, 0.2, np.nan]]), ["a", "a", "b"])
    array([0.1 , 0.2 , 0.15])
    """
    names = np.array(labels)
    by_row = {other: names == other for other in dict.fromkeys(labels)}
    return np.array(
        [
            _mean(np.array([agreement[place, rows].mean() for other, rows in by_row.items() if other != name]))
            for place, name in _each(names)
        ]
    )


def _each(names: NDArray[np.str_]) -> list[tuple[int, str]]:
    return list(enumerate(names.tolist()))


def _others(place: int, names: NDArray[np.str_]) -> NDArray[np.bool_]:
    return np.arange(len(names)) != place


def _mean(values: Numbers) -> float:
    return float(values.mean()) if len(values) else np.nan
