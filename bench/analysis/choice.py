"""The rule that names one fit of an experiment without labels. It was fixed before it was tried on labelled data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from bench.analysis.partition_agreement import agreement_with_others, stability

MAP = "silhouette in the map"
AGREEMENT = "agreement with other rows"
STABILITY = "agreement with other seeds"
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """The fits in the order of the rule."""

    order: tuple[int, ...]
    """The places of the ranked fits, best first."""
    parts: dict[str, Numbers]
    """By part, its value for each fit, (n,); higher is better. Only the parts that are computed for all ranked fits."""
    left_out: tuple[str, ...]
    """The parts that cannot be computed for all ranked fits."""
    rank_sums: Numbers
    """(n,): the sum of the ranks, 1 is best; not a number for a fit that is not ranked."""

    def best_by_part(self) -> dict[str, int]:
        """By part, the place of the ranked fit with the largest value; of equal ones, the first of `order`."""
        return {name: max(self.order, key=lambda place: values[place]) for name, values in self.parts.items()}


def choice(silhouettes: Numbers, agreement: Numbers, rows: Sequence[str]) -> Choice:
    """Order fits by the sum of three ranks: silhouette in the neutral map, agreement with other rows, stability.

    `silhouettes`, (n,), in [−1, 1]: of each partition in one map of the data; a fit without one is not ranked.
    `agreement`, (n, n): the adjusted Rand index of each two partitions, as from `pairwise_ari`. `rows`, (n,): the row
    of each fit in the tables. Each other row counts once, by its mean over seeds. Equal values get the mean of their
    ranks. Of equal sums, the larger silhouette is first, and then the earlier fit. A part that a ranked fit lacks is
    left out for all fits. Raises ValueError if no fit has a silhouette.

    >>> same, other = [np.nan, 0.9, 0.5, 0.4], [0.9, np.nan, 0.7, 0.6]
    >>> rest = [[0.5, 0.7, np.nan, 0.8], [0.4, 0.6, 0.8, np.nan]]
    >>> choice(np.array([0.6, 0.5, 0.3, 0.2]), np.array([same, other, *rest]), ["a", "a", "b", "b"]).order
    (1, 0, 2, 3)
    """
    ranked = np.flatnonzero(np.isfinite(silhouettes))
    if not len(ranked):
        raise ValueError("no fit has a silhouette in the map; expected at least one.")
    names = [rows[place] for place in ranked.tolist()]
    among = agreement[np.ix_(ranked, ranked)]
    found = {
        MAP: silhouettes[ranked],
        AGREEMENT: agreement_with_others(among, names),
        STABILITY: stability(among, names),
    }
    used = {name: values for name, values in found.items() if np.isfinite(values).all()}
    sums = np.sum([rankdata(-values) for values in used.values()], axis=0)
    best_first = np.lexsort((-silhouettes[ranked], sums))
    return Choice(
        order=tuple(int(place) for place in ranked[best_first]),
        parts={name: _spread(values, ranked, len(rows)) for name, values in used.items()},
        left_out=tuple(name for name in found if name not in used),
        rank_sums=_spread(sums, ranked, len(rows)),
    )


def _spread(values: Numbers, places: NDArray[np.intp], n: int) -> Numbers:
    whole = np.full(n, np.nan)
    whole[places] = values
    return whole
