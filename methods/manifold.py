"""UMAP: a map of samples in few dimensions that keeps neighbours together."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.neighbors import NearestNeighbors

from methods.base import FloatArray, IntArray, nearest
from methods.caches import folder_for_numba
from methods.gpu import is_gpu
from methods.values import Part

if TYPE_CHECKING:
    import torch

N_NEIGHBORS = 20
_FEW = 100
"""With fewer samples UMAP starts from random positions: the graph has too few eigenvectors for a spectral start."""


def umap_embedding(
    X: FloatArray,
    n_components: int = 10,
    n_neighbors: int = N_NEIGHBORS,
    min_dist: float = 0.0,
    *,
    seed: int,
    device: "torch.device | None" = None,
) -> FloatArray:
    """UMAP of `X`, (n_samples, d), in `n_components` dimensions (McInnes et al. 2018), float32.

    The graph has the exact neighbours. A `device` of type cuda finds them; all else runs on one processor thread.

    The same seed gives the same map to the bit on the same machine. Equal samples have equal positions. Fewer than
    `n_components` + 2 samples, or fewer than 4, cannot be mapped and are returned unchanged. Raises ImportError, one
    line, if umap-learn is not installed or finds no folder for its compiled code.
    """
    if len(X) < n_components + 2 or len(X) < 4:
        return X
    try:
        with folder_for_numba():
            import numba
            from umap import UMAP, umap_  # here: it takes seconds to load

            for function in (umap_.smooth_knn_dist, umap_.compute_membership_strengths):
                function.enable_caching()  # umap compiles them anew in each process, for seven seconds
    except ModuleNotFoundError as error:
        raise ImportError("UMAP needs umap-learn: pip install 'dec-bench[manifold]'") from error

    # numba's other layers set the number of OpenMP threads, which torch shares, to the number of cores
    numba.config.THREADING_LAYER = "workqueue"  # type: ignore[attr-defined]
    n_neighbors = min(n_neighbors, len(X) - 1)
    mapper = UMAP(
        n_components=n_components,
        n_neighbors=n_neighbors,
        min_dist=min_dist,
        init="spectral" if len(X) >= _FEW else "random",
        random_state=seed,
        n_jobs=1,
        precomputed_knn=exact_neighbours(X, n_neighbors, device),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)  # without umap's index, for new samples
        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
        warnings.filterwarnings("ignore", "Spectral initialisation failed", UserWarning)
        positions = np.asarray(mapper.fit_transform(X), dtype=np.float32)
    return positions[_first_of_equals(X)]


def exact_neighbours(X: FloatArray, n_neighbors: int, device: "torch.device | None") -> tuple[IntArray, FloatArray]:
    """The nearest samples of each sample, itself first, and their distances: both (n_samples, n_neighbors).

    `X`: (n_samples, d); `n_neighbors` in 2 … n_samples. A `device` of type cuda finds them; otherwise, scikit-learn
    does. umap's own search, NN-descent, is approximate, and its library compiles it anew in each process, for about 45
    seconds. The exact search needs no compilation. On a processor with two threads, scikit-learn's is faster than
    products of torch.
    """
    if is_gpu(device):
        from methods.device_neighbours import nearest_neighbours  # here: torch takes seconds to load

        return nearest_neighbours(X, n_neighbors, device)
    others = NearestNeighbors(n_neighbors=n_neighbors - 1, algorithm="brute").fit(X)
    distances, indices = others.kneighbors()
    own = np.arange(len(X))[:, None]
    return np.hstack([own, indices]), np.hstack([np.zeros(own.shape), distances]).astype(np.float32)


@dataclass(frozen=True)
class Manifold(Part):
    """A map as a space in which new samples have positions, too."""

    samples: FloatArray
    """The mapped samples, (n_samples, d)."""
    positions: FloatArray
    """Their positions on the map, (n_samples, n_components)."""

    def position_of(self, X: FloatArray) -> FloatArray:
        """Positions on the map, (n, n_components), of samples, (n, d): the positions of the nearest mapped samples."""
        return self.positions[nearest(X, self.samples)]


def _first_of_equals(X: FloatArray) -> IntArray:
    """For each row the number of the first row that equals it, (n_rows,).

    >>> _first_of_equals(np.array([[0.0, 1.0], [2.0, 3.0], [0.0, 1.0]]))
    array([0, 1, 0])
    """
    first: dict[bytes, int] = {}
    rows = X + 0.0  # −0.0 becomes 0.0: the bytes of the two zeros differ
    return np.array([first.setdefault(row.tobytes(), number) for number, row in enumerate(rows)], dtype=np.int64)
