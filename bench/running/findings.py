"""The arrays of a fitted method: for the samples that it learnt from, or for held-out samples."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench.store import arrays as names

if TYPE_CHECKING:
    from methods import registry

_BATCH_SIZE = 4096
_N_SHOWN = 32


def findings(
    clusterer: "registry.Clusterer", X: NDArray[np.float32], *, held_out: bool = False
) -> dict[str, NDArray[Any]]:
    """The arrays to store, by the names in `bench.store.arrays`; an array that the method lacks is left out.

    `X`, (n_samples, n_features), are the samples of `fit` or, with `held_out`, other samples.
    """
    trace = None if held_out else clusterer.trace_
    arrays: dict[str, NDArray[Any] | None] = {
        names.LABELS: clusterer.predict(X) if held_out else clusterer.labels_,
        names.CLUSTER_CENTERS: clusterer.cluster_centers_,
        names.EMBEDDING: clusterer.embedding_,
        names.PROTOTYPES: clusterer.prototypes_,
        names.SOFT_ASSIGNMENTS: clusterer.soft_assign(X) if held_out else clusterer.soft_assignments_,
        names.TRACE_LABELS: None if trace is None else trace.labels,
        names.TRACE_SECONDS: None if trace is None else trace.seconds,
        names.RECONSTRUCTIONS: clusterer.reconstruct(X[shown_rows(len(X))]),
    }
    if held_out and clusterer.embedding_ is not None:
        arrays[names.EMBEDDING] = clusterer.transform(X)
    return {name: array for name, array in arrays.items() if array is not None}


def shown_rows(n_samples: int) -> NDArray[np.intp]:
    """Rows of the samples whose reconstructions are stored: at most 32, evenly spaced."""
    return np.unique(np.linspace(0, n_samples - 1, _N_SHOWN).astype(np.intp))


def reconstruction_error(clusterer: "registry.Clusterer", X: NDArray[np.float32]) -> float | None:
    """Mean squared error per pixel of the reconstructions of `X`; None if the method cannot reconstruct.

    It is computed in batches, because a reconstruction takes as much memory as its samples.
    """
    total = 0.0
    for start in range(0, len(X), _BATCH_SIZE):
        batch = X[start : start + _BATCH_SIZE]
        reconstruction = clusterer.reconstruct(batch)
        if reconstruction is None:
            return None
        total += float(np.square(reconstruction - batch, dtype=np.float64).sum())
    return total / X.size
