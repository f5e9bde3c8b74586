"""Agreement of the fits of an experiment with each other."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bench.report.figures.limits import MAX_FITS
from bench.report.groups import Group
from bench.store import arrays as names
from bench.store.store import Store


def comparable_fits(groups: Sequence[Group]) -> dict[str, str]:
    """The key of each finished fit, by the label of its group and its seed.

    Fits of a cross-validation and of subsamples label different samples and are left out.
    """
    return {
        f"{group.label}, seed {outcome.cell.seed}": outcome.cell.key
        for group in groups
        for outcome in group.ok
        if outcome.cell.labels_all_samples
    }


def agreement_of_fits(store: Store, keys: Mapping[str, str]) -> pd.DataFrame:
    """Adjusted Rand index between each two finished fits, in [−0.5, 1]. Index and columns: the names in `keys`.

    `keys` are the fits, as from `comparable_fits`. If the seeds of a group disagree, its clusterings are not reliable.
    All noise counts as one cluster. Empty if there are fewer than 2 fits or more than `MAX_FITS`.
    """
    if not 2 <= len(keys) <= MAX_FITS:
        return pd.DataFrame()
    found = pairwise_ari([store.arrays(key)[names.LABELS] for key in keys.values()])
    np.fill_diagonal(found, 1.0)
    return pd.DataFrame(found, index=list(keys), columns=list(keys))


def pairwise_ari(labellings: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Adjusted Rand index of each two labellings, (n, n); not a number on the diagonal. All noise is one cluster."""
    found = np.full((len(labellings), len(labellings)), np.nan)
    for (row, one), (column, other) in combinations(enumerate(labellings), 2):
        found[row, column] = found[column, row] = adjusted_rand_score(one, other)
    return found
