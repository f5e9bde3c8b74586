"""What a fitted method says of samples: those that it learnt from, or others."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from methods import registry

_PIECE = 4096


def found(clusterer: "registry.Clusterer") -> dict[str, NDArray[Any] | None]:
    """What the fit says of the samples that it learnt from."""
    return {
        "labels": clusterer.labels_,
        "cluster_centers": clusterer.cluster_centers_,
        "embedding": clusterer.embedding_,
        "prototypes": clusterer.prototypes_,
        "soft_assignments": clusterer.soft_assignments_,
        "trace_labels": None if clusterer.trace_ is None else clusterer.trace_.labels,
        "trace_seconds": None if clusterer.trace_ is None else clusterer.trace_.seconds,
    }


def found_of(clusterer: "registry.Clusterer", X: NDArray[np.float32]) -> dict[str, NDArray[Any] | None]:
    """The same of other samples."""
    learnt = found(clusterer)
    return learnt | {
        "labels": clusterer.predict(X),
        "embedding": None if learnt["embedding"] is None else clusterer.transform(X),
        "soft_assignments": clusterer.soft_assign(X),
        "trace_labels": None,
        "trace_seconds": None,
    }


def shown_rows(n_samples: int) -> NDArray[np.intp]:
    """The samples that are kept as the method gives them back: at most 32, evenly spaced."""
    return np.unique(np.linspace(0, n_samples - 1, 32).astype(np.intp))


def reconstruction_error(clusterer: "registry.Clusterer", X: NDArray[np.float32]) -> float | None:
    """In pieces, since what is given back is as large as what was given."""
    total = 0.0
    for start in range(0, len(X), _PIECE):
        piece = X[start : start + _PIECE]
        given_back = clusterer.reconstruct(piece)
        if given_back is None:
            return None
        total += float(np.square(given_back - piece, dtype=np.float64).sum())
    return total / X.size
