"""The ARI of a fit, as soon as its result arrives; all other metrics are computed after all fits."""

import numpy as np

from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.metrics.declarations import metric
from bench.metrics.fit import Fit
from bench.running.attempt import Result
from bench.store import arrays as names


def first_ari(result: Result, data: ImageData) -> float | None:
    """The adjusted Rand index of a finished fit, on the samples that it is measured on; equal to its later score.

    None without true labels, for a failed attempt, and for arrays that are not those of a fit: the scoring names them.
    """
    labels = result.arrays.get(names.LABELS)
    if result.record is None or data.labels is None or labels is None:
        return None
    true_labels = data.labels[fold_of(result.record.cell, len(data.labels)).measured]
    no_features = np.empty((len(true_labels), 0), np.float32)  # the index does not use them
    try:
        return metric("ari").load()(Fit(labels=labels, features=no_features, true_labels=true_labels))
    except ValueError:
        return None
