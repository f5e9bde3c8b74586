"""What a criterion without labels is worth: whether it orders partitions as the agreement with the true labels does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kendalltau

MIN_PARTITIONS = 6
"""Fewer partitions order at random too often: five have the order of another quantity in 1 of 120 cases."""
N_RESAMPLES = 2000
COLUMNS = ("criterion", "space", "tau", "low", "high", "n_partitions", "n_methods")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Criterion:
    """A number for each partition that needs no labels."""

    name: str
    space: str
    """The space in which it is measured; empty if it needs none."""
    values: Numbers
    """(n_partitions,); higher is better. Not a number where it is not defined."""


def index_worth(criteria: Sequence[Criterion], ari: Numbers, labels: Sequence[str]) -> pd.DataFrame:
    """One row for each criterion, with the columns `COLUMNS`: Kendall's τ_b with `ari`, and its 95 % interval.

    `ari`, (n_partitions,): the agreement of each partition with the true labels. `labels`, (n_partitions,): the row of
    the tables of each partition. τ is in [−1, 1]: 1 if the order of the criterion is that of the ARI. It is None for
    fewer than 6 partitions with a value.

    The interval has the 2.5 % and the 97.5 % quantile of 2,000 bootstrap samples with a fixed seed. Partitions of one
    method are not independent: a sample draws methods with replacement, and then seeds of each drawn method. Samples
    without τ, such as those of one partition, are left out.
    """
    counts = _resampled(labels)
    rows = []
    for each in criteria:
        defined = np.isfinite(each.values) & np.isfinite(ari)
        n, names = int(defined.sum()), {label for label, is_in in zip(labels, defined, strict=True) if is_in}
        tau = low = high = None
        if n >= MIN_PARTITIONS:
            values, true = each.values[defined], ari[defined]
            tau = _or_none(kendalltau(values, true).statistic)
            taus = weighted_taus(values, true, counts[:, defined])
            if tau is not None and np.isfinite(taus).any():
                low, high = (float(q) for q in np.nanquantile(taus, [0.025, 0.975]))
        rows.append([each.name, each.space, tau, low, high, n, len(names)])
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def weighted_taus(x: Numbers, y: Numbers, counts: Numbers) -> Numbers:
    """Kendall's τ_b of samples that have each pair (x_i, y_i) as often as a row of `counts`, (n_samples, n), says.

    Not a number for a sample in which all x or all y are equal.

    >>> x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])
    >>> weighted_taus(x, y, np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 0.0]]))
    array([0.33333333, 1.        ])
    """
    sign_x, sign_y = np.sign(x[:, None] - x), np.sign(y[:, None] - y)

    def pairs(of: Numbers) -> Numbers:
        """The sum over all pairs of a sample, twice."""
        return np.einsum("si,ij,sj->s", counts, of, counts, optimize=True)

    with np.errstate(invalid="ignore"):
        taus: Numbers = pairs(sign_x * sign_y) / np.sqrt(pairs(np.abs(sign_x)) * pairs(np.abs(sign_y)))
    return taus


def _resampled(labels: Sequence[str]) -> Numbers:
    """How often each bootstrap sample has each partition, (N_RESAMPLES, n_partitions)."""
    rng = np.random.default_rng(0)
    names = np.array(labels)
    members = [np.flatnonzero(names == label) for label in dict.fromkeys(labels)]
    counts = np.zeros((N_RESAMPLES, len(labels)))
    for sample in counts:
        for drawn in rng.integers(len(members), size=len(members)):
            seeds = members[drawn]
            np.add.at(sample, rng.choice(seeds, len(seeds)), 1)
    return counts


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
