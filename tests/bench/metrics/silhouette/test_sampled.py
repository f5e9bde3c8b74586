"""Silhouettes of a stratified sample: their mean and their standard error are correct."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples as sklearn_silhouette_samples

from bench.metrics.silhouette import distances
from bench.metrics.silhouette import sampled as sampled_silhouette
from bench.metrics.silhouette.sampled import estimate_silhouettes, stratified
from bench.metrics.silhouette.sampled import sampled_silhouette as sample

N_SAMPLES = 1500


def blobs(n_features: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Three clusters of different size and width, and some noise."""
    rng = np.random.default_rng(3)
    labels = rng.choice([-1, 0, 1, 4], N_SAMPLES, p=[0.05, 0.7, 0.2, 0.05])
    spread = np.where(labels == 1, 3.0, 1.0)[:, None]
    X = 4 * rng.normal(size=(6, n_features))[labels] + spread * rng.normal(size=(N_SAMPLES, n_features))
    return X.astype(np.float32), labels


def test_a_sample_of_all_is_exact():
    X, labels = blobs()
    estimate = sample(X, labels, N_SAMPLES)
    kept = labels >= 0
    assert estimate.mean == pytest.approx(sklearn_silhouette_samples(X[kept], labels[kept]).mean(), abs=1e-6)
    assert estimate.standard_error == 0


def test_mean_and_error_are_computed_from_the_drawn_silhouettes(monkeypatch: pytest.MonkeyPatch):
    """Computed by Cochran's formulas from scikit-learn's silhouettes of the same samples, with several tiles."""
    monkeypatch.setattr(distances, "_TILE", 64)
    X, labels = blobs()
    kept = labels >= 0
    silhouettes = np.full(N_SAMPLES, np.nan)
    silhouettes[kept] = sklearn_silhouette_samples(X[kept], labels[kept])
    compact = np.where(labels == 4, 2, labels)
    order = np.argsort(compact, kind="stable")
    drawn = order[stratified(compact[order], 300)]
    mean = variance = 0.0
    for cluster in range(3):
        size = (compact == cluster).sum()
        drawn_of_cluster = silhouettes[drawn[compact[drawn] == cluster]]
        mean += size / kept.sum() * drawn_of_cluster.mean()
        variance += (
            (size / kept.sum()) ** 2
            * drawn_of_cluster.var(ddof=1)
            / len(drawn_of_cluster)
            * (1 - len(drawn_of_cluster) / size)
        )
    estimate = sample(X, labels, 300)
    assert estimate.mean == pytest.approx(mean, abs=1e-6)
    assert estimate.standard_error == pytest.approx(variance**0.5, rel=1e-4)
    assert abs(estimate.mean - np.nanmean(silhouettes)) < 4 * estimate.standard_error


def test_only_the_size_of_the_data_decides_between_exact_and_sampled(monkeypatch: pytest.MonkeyPatch):
    X, labels = blobs()
    labels = np.abs(labels)
    exact = estimate_silhouettes(X, [labels, labels])
    assert [estimate.standard_error for estimate in exact] == [None, None]
    monkeypatch.setattr(sampled_silhouette, "EXACT_WORK", N_SAMPLES**2)
    monkeypatch.setattr(sampled_silhouette, "SAMPLE", 200)
    shares: list[float] = []
    sampled = estimate_silhouettes(X, [labels, labels], shares.append)
    assert sampled[0] == sampled[1]
    assert {type(value) for value in vars(sampled[0]).values()} == {float}, "numbers of numpy cannot be written as JSON"
    assert sampled[0].standard_error
    assert shares == sorted(shares)
    assert shares[-1] == 1
