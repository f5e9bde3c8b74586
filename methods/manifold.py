"""UMAP: the map of a neighbourhood graph in few dimensions, in which clusters lie apart."""

import warnings

import numpy as np

from methods.base import FloatArray, IntArray, nearest

_FEW = 100
"""Fewer samples than these start at random places: their graph has too few eigenvectors to start from."""


def umap_embedding(
    X: FloatArray, n_components: int = 10, n_neighbors: int = 20, min_dist: float = 0.0, *, seed: int
) -> FloatArray:
    """UMAP of `X`, (n_samples, d), in `n_components` dimensions (McInnes et al. 2018), on one thread, float32.

    A seed gives the same map to the bit on the same machine. Equal samples have one place. Fewer samples than
    dimensions and two have no map and are returned as they are. Raises ImportError, one line, without umap-learn.
    """
    if len(X) < n_components + 2 or len(X) < 4:
        return X
    try:
        import numba
        from umap import UMAP  # seconds of loading, for those alone who call it
    except ImportError as error:
        raise ImportError("UMAP needs umap-learn: pip install 'dec-bench[manifold]'") from error

    # numba's other layer leaves OpenMP, which torch shares, with as many threads as there are cores
    numba.config.THREADING_LAYER = "workqueue"  # type: ignore[attr-defined]
    mapper = UMAP(
        n_components=n_components,
        n_neighbors=min(n_neighbors, len(X) - 1),
        min_dist=min_dist,
        init="spectral" if len(X) >= _FEW else "random",
        random_state=seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
        warnings.filterwarnings("ignore", "Spectral initialisation failed", UserWarning)
        places = np.asarray(mapper.fit_transform(X), dtype=np.float32)
    return places[_first_of_equals(X)]


class Manifold:
    """The UMAP of `samples`, (n_samples, d), as a space that others have a place in, too.

    A map has no formula: a sample takes the place of the one of `samples` that is nearest to it, so that these have
    their own. `places`, (n_samples, n_components), are theirs.
    """

    def __init__(
        self, samples: FloatArray, n_components: int = 10, n_neighbors: int = 20, min_dist: float = 0.0, *, seed: int
    ) -> None:
        self._samples = samples
        self.places = umap_embedding(samples, n_components, n_neighbors, min_dist, seed=seed)

    def place(self, X: FloatArray) -> FloatArray:
        """Where samples, (n, d), lie on the map, (n, n_components)."""
        return self.places[nearest(X, self._samples)]


def _first_of_equals(X: FloatArray) -> IntArray:
    """For each row the number of the first one that equals it.

    >>> _first_of_equals(np.array([[0.0, 1.0], [2.0, 3.0], [0.0, 1.0]]))
    array([0, 1, 0])
    """
    first: dict[bytes, int] = {}
    rows = X + 0.0  # of the two zeros one
    return np.array([first.setdefault(row.tobytes(), number) for number, row in enumerate(rows)], dtype=np.int64)
