"""UMAP: the map of a neighbourhood graph in few dimensions, in which clusters lie apart."""

import warnings

import numpy as np

from methods.base import FloatArray

_FEW = 100
"""Fewer samples than these start at random places: their graph has too few eigenvectors to start from."""


def umap_embedding(
    X: FloatArray, n_components: int = 10, n_neighbors: int = 20, min_dist: float = 0.0, *, seed: int
) -> FloatArray:
    """UMAP of `X`, (n_samples, d), in `n_components` dimensions (McInnes et al. 2018), on one thread, float32.

    A seed gives the same map to the bit on the same machine. Fewer samples than dimensions and two have no map and are
    returned as they are. Raises ImportError, one line, without umap-learn.
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
        return np.asarray(mapper.fit_transform(X), dtype=np.float32)
