"""How much each partition agrees with those of other seeds, and with those of other methods. No labels are used."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def stability(agreement: Numbers, labels: Sequence[str]) -> Numbers:
    """Mean agreement with the other seeds of the same row of the tables, (n,); not a number with a single seed.

    `labels`, (n,), name the row of each partition.

    >>> stability(np.array([[np.nan, 0.5, 0.1], [0.5, np.nan, 0.2], [0.1, 0.2, np.nan]]), ["a", "a", "b"])
    array([0.5, 0.5, nan])
    """
    names, places = np.array(labels), np.arange(len(labels))
    return np.array([_mean(agreement[place, (names == name) & (places != place)]) for place, name in _each(names)])


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


def _mean(values: Numbers) -> float:
    return float(values.mean()) if len(values) else np.nan
