"""Agreement of an experiment's fits with each other: where seeds disagree, a clustering is not to be trusted."""

from itertools import combinations

import pandas as pd
from sklearn.metrics import adjusted_rand_score

from bench.report.groups import Group
from bench.store.store import Store


def agreement_of_fits(store: Store, groups: list[Group]) -> pd.DataFrame:
    """The adjusted Rand index between each two finished fits, a row and a column for each, named by method and seed.

    Fits of a cross-validation, which label different samples, are left out. All noise counts as one cluster.
    """
    labels = {
        f"{group.label}, seed {outcome.cell.seed}": store.arrays(outcome.cell.key)["labels"]
        for group in groups
        for outcome in group.ok
        if outcome.cell.folds is None
    }
    frame = pd.DataFrame(1.0, index=list(labels), columns=list(labels))
    for one, other in combinations(labels, 2):
        frame.loc[one, other] = frame.loc[other, one] = adjusted_rand_score(labels[one], labels[other])
    return frame
