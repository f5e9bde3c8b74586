"""Stability over seeds: how much the fits of one row of the tables agree with each other."""

import numpy as np

from bench.analysis.agreement import pairwise_ari
from bench.report.groups import Group
from bench.store import arrays as names
from bench.store.records import RecordError
from bench.store.store import Store


def agreement_of_seeds(store: Store, group: Group) -> list[float]:
    """Adjusted Rand index of each pair of finished seeds, in [−0.5, 1]: n (n − 1) / 2 values for n seeds.

    All noise counts as one cluster. Empty for fewer than two seeds, and for a cross-validation and subsamples, whose
    fits label different samples. A fit whose arrays are damaged is left out, with a line in the warnings of the store.
    """
    if not group.cell.labels_all_samples or len(group.ok) < 2:
        return []
    labellings = []
    for outcome in group.ok:
        try:
            labellings.append(store.arrays(outcome.cell.key)[names.LABELS])
        except RecordError:  # the store says why
            store.warn(f"The stability of {group.label} leaves out seed {outcome.cell.seed}: its arrays are damaged.")
    found = pairwise_ari(labellings)
    return [float(value) for value in found[np.triu_indices(len(labellings), 1)]]
