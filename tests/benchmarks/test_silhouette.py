"""The exact silhouette beside scikit-learn's, on the same data: read the ratio of the two rows of a group."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import silhouette_score as sklearn_silhouette_score

from bench.metrics.silhouette import silhouette_score

N_SAMPLES = 20_000


@pytest.mark.benchmark(group=f"exact silhouette, {N_SAMPLES} × 64, 10 clusters")
@pytest.mark.parametrize("score", [silhouette_score, sklearn_silhouette_score], ids=["ours", "scikit-learn"])
def test_silhouette(benchmark: Callable[..., float], score: Callable[..., float]):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, N_SAMPLES)
    X = (rng.normal(size=(10, 64))[labels] + rng.normal(size=(N_SAMPLES, 64))).astype(np.float32)
    assert benchmark(score, X, labels) == pytest.approx(
        float(sklearn_silhouette_score(X[:4000], labels[:4000])), abs=0.02
    )
