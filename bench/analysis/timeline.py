"""Accuracy against time: labels that a fit kept on its way, scored once it was over."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bench.experiments.folds import measured_rows
from bench.metrics.external import hungarian_accuracy
from bench.report.groups import Group
from bench.store.store import Store

COLUMNS = ["label", "method", "seed", "seconds", "accuracy", "ari"]


def timeline(store: Store, groups: list[Group], classes: NDArray[np.int64]) -> pd.DataFrame:
    """One row for each labels that a finished fit kept; one that kept none has a row for its last, at its end.

    `classes`, (n_samples,), are the true ones. Empty if no fit kept any.
    """
    rows = []
    traced = False
    for group in groups:
        for outcome in group.ok:
            assert outcome.record is not None
            arrays = store.arrays(outcome.cell.key)
            true = classes[measured_rows(outcome.cell, len(classes))]
            kept = "trace_labels" in arrays
            traced |= kept
            labels = arrays["trace_labels"].astype(np.int64) if kept else arrays["labels"][None]
            seconds = arrays["trace_seconds"] if kept else [outcome.record.fit_seconds]
            for moment, found in zip(seconds, labels, strict=True):
                scores = hungarian_accuracy(true, found), float(adjusted_rand_score(true, found))
                rows.append([group.label, group.cell.method, outcome.cell.seed, float(moment), *scores])
    return pd.DataFrame(rows if traced else [], columns=COLUMNS)
