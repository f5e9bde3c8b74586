"""The data for tests of methods."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

SLOW_METHODS = {
    "dec": "DEC",
    "ae-kmeans": "AEKMeans",
    "ae-gmm": "AEGMM",
    "n2d": "N2D",
    "umap-gmm": "UMAPGMM",
    "umap-gmm-hidden": "UMAPGMMHidden",
}
"""Name and class of each method that trains a network or computes a UMAP."""


@pytest.fixture(scope="session")
def digits() -> np.ndarray:
    """300 real digits of 8 × 8 pixels in [0, 1], float32."""
    return (load_digits().data[:300] / 16).astype(np.float32)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the contract tests of methods that train a network or compute a UMAP as slow."""
    for item in items:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        name = str(params.get("name", "")).partition("/")[0]
        estimator = type(params.get("estimator")).__name__
        if name in SLOW_METHODS or estimator in SLOW_METHODS.values():
            item.add_marker(pytest.mark.slow)
