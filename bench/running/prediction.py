"""Labels new samples with a stored model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.running.fitting import as_images
from bench.running.strength import Kind, strength
from bench.store import arrays as names
from methods import registry


@dataclass(frozen=True, eq=False)
class Prediction:
    """The cluster of each sample, and how strongly it belongs to it."""

    labels: NDArray[np.int64]
    """(n_samples,)."""
    strength: NDArray[np.floating[Any]]
    """(n_samples,), as in the assignments of a fit; NaN where there is none."""
    kind: Kind


def predicted(model: "registry.Clusterer", data: ImageData) -> Prediction:
    """The clusters of the samples of `data`.

    Raises ValueError if the samples have another shape than those of the fit.
    """
    X = as_images(np.asarray(data.features), data)
    labels = model.predict(X)
    arrays: dict[str, NDArray[Any]] = {
        names.LABELS: labels,
        names.CLUSTER_CENTERS: model.cluster_centers_,
        names.EMBEDDING: model.transform(X),
    }
    if model.prototypes_ is not None:
        arrays[names.PROTOTYPES] = model.prototypes_
    if model.is_mixture:
        arrays[names.POSTERIOR] = model.predict_proba(X).max(axis=1)
    elif model.is_soft:
        arrays[names.SOFT_ASSIGNMENTS] = model.predict_proba(X)
    kind, values = strength(arrays, np.asarray(data.features), is_map=model.grid_shape_ is not None)
    return Prediction(labels, values, kind)
