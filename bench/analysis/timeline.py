"""Accuracy against time: labels that a fit stored during training are scored after the fit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bench.experiments.folds import fold_of
from bench.metrics.external import hungarian_accuracy
from bench.report.groups import Group
from bench.store import arrays as names
from bench.store.store import Store

COLUMNS = ["label", "method", "seed", "seconds", "accuracy", "ari"]


def timeline(store: Store, groups: Sequence[Group], classes: NDArray[np.int64] | None) -> pd.DataFrame:
    """One row for each labelling that a finished fit stored during training. Other fits have one row, for their end.

    Fits of subsamples are left out. `classes`, (n_samples,), are the true classes. The table is empty without classes,
    or if no fit stored labels during training.
    """
    rows: list[list[object]] = []
    any_stored = False
    for group, outcome in [(each, outcome) for each in groups for outcome in each.ok]:
        if classes is None or outcome.record is None or outcome.cell.is_subsampled:
            continue
        arrays = store.arrays(outcome.cell.key)
        true = classes[fold_of(outcome.cell, len(classes)).measured]
        stored = names.TRACE_LABELS in arrays
        any_stored |= stored
        labellings = arrays[names.TRACE_LABELS].astype(np.int64) if stored else arrays[names.LABELS][None]
        times = arrays[names.TRACE_SECONDS] if stored else [outcome.record.fit_seconds]
        for seconds, labels in zip(times, labellings, strict=True):
            scores = hungarian_accuracy(true, labels), float(adjusted_rand_score(true, labels))
            rows.append([group.label, group.cell.method, outcome.cell.seed, float(seconds), *scores])
    return pd.DataFrame(rows if any_stored else [], columns=COLUMNS)
