"""The memory of a fit that lists the neighbours of all samples at once: DBSCAN of scikit-learn."""

from collections.abc import Mapping
from math import floor, log2
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METRICS = ("euclidean", "l2", "manhattan", "l1", "cityblock", "cosine")
"""The distances whose neighbours are counted. Of another one, the memory is not known."""
_ROWS = 100
"""Rows whose neighbours are counted, at most."""
_PIECE = 4096
_MARKED = 0.65
"""Numbers for each distance in float32, and for the mark whether it is small enough."""
_TREE_FEATURES = 15
"""scikit-learn uses a tree up to this number of features, unless `algorithm` says otherwise."""
_WORKING_MEMORY = 2**30
"""Bytes of distances that scikit-learn computes at once."""


def list_matrices(X: Any, options: Mapping[str, Any]) -> tuple[float, float]:
    """The lists of neighbours as matrices of n × n numbers of 8 bytes: in this fit, and at most for such samples.

    Zero if the memory is not known.

    Measured with scikit-learn 1.9.1: a tree keeps the number of each neighbour. Without a tree, the distance is kept,
    too, and both are in vectors whose capacity is a power of two. Then all samples that wait for a visit are on a
    stack: half of all neighbours, in a vector that is copied when its capacity doubles. The distance `cosine` has no
    such vectors, but all distances of many samples at once.
    """
    import numpy as np  # here, as in the next function: options are checked without a large library

    metric, radius = options.get("metric"), options.get("eps")
    if metric not in METRICS or not isinstance(radius, int | float):
        return 0, 0
    counts = neighbour_counts(X, radius, str(metric))
    share = float(counts.mean()) / len(X)
    waiting = _grown(share * len(X) ** 2 / 2) / len(X) ** 2
    if metric == "cosine":
        return share + waiting + chunk_matrices(len(X), _MARKED), 2 * share + _MARKED
    if _has_tree(X, options):
        return 1.15 * share + waiting, 2.15 * share
    capacity = float(np.exp2(np.ceil(np.log2(np.maximum(counts, 1)))).mean()) / len(X)
    return 2 * capacity + waiting, 5 * share


def neighbour_counts(X: Any, radius: float, metric: str = "euclidean") -> "NDArray[np.int64]":
    """For at most 100 samples, at equal distances in the data: how many samples are at most `radius` away, itself too.

    `X`: (n_samples, n_features). Loads scikit-learn.

    >>> import numpy as np
    >>> neighbour_counts(np.array([[0.0], [1.0], [9.0], [10.0]]), 2)
    array([2, 2, 2, 2])
    """
    import numpy as np
    from sklearn.metrics import pairwise_distances

    rows = X[:: -(-len(X) // _ROWS)]
    pieces = (X[start : start + _PIECE] for start in range(0, len(X), _PIECE))
    near = [(pairwise_distances(rows, piece, metric=metric) <= radius).sum(axis=1) for piece in pieces]
    counts: NDArray[np.int64] = np.sum(near, axis=0, dtype=np.int64)
    return counts


def chunk_matrices(n_samples: int, factor: float) -> float:
    """What a search without vectors needs for the distances of many samples at once, as matrices.

    `factor`: numbers for each distance. The distances are at most those of scikit-learn's working memory, 1 GiB.

    >>> chunk_matrices(1000, 0.65), round(chunk_matrices(100_000, 0.65) * 8 * 100_000**2 / 2**30, 2)
    (0.65, 0.65)
    """
    return factor * min(1, _WORKING_MEMORY / (8 * n_samples**2))


def _has_tree(X: Any, options: Mapping[str, Any]) -> bool:
    algorithm = options.get("algorithm", "auto")
    return algorithm in ("kd_tree", "ball_tree") or (algorithm == "auto" and X.shape[1] <= _TREE_FEATURES)


def _grown(n_numbers: float) -> float:
    """The numbers in memory while a vector grows to `n_numbers`: its capacity doubles, and the old one is copied.

    >>> _grown(5), _grown(7.5)
    (8.0, 8.0)
    """
    return max(n_numbers, 2.0 ** (1 + floor(log2(max(n_numbers, 1)))))
