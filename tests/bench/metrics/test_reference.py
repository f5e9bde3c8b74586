"""The reference space is the PCA of the data, computed once for all fits, and the input space for few features."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from bench.metrics import scoring
from bench.metrics.declarations import METRICS
from bench.metrics.fit import Fit
from bench.metrics.internal import calinski_harabasz_of, davies_bouldin_of, silhouette_of
from bench.metrics.reference import reference_space
from bench.metrics.scoring import score, score_each

rng = np.random.default_rng(0)


def data(n_samples: int, n_features: int) -> np.ndarray:
    """Samples with a different variance in each direction, far from the origin."""
    X = rng.normal(size=(n_samples, n_features)) * np.geomspace(1, 0.01, n_features)
    return (X @ np.linalg.qr(rng.normal(size=(n_features, n_features)))[0] + 7).astype(np.float32)


@pytest.mark.parametrize(("n_samples", "n_features"), [(400, 80), (60, 80), (40, 200)])
def test_it_is_the_pca_of_scikit_learn(n_samples: int, n_features: int) -> None:
    X = data(n_samples, n_features)
    found = reference_space(X)
    size = min(50, n_samples)
    expected = PCA(size, svd_solver="full").fit_transform(X.astype(np.float64))
    assert found.shape == (n_samples, size)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=2e-5)


def test_it_has_the_same_bits_in_each_call_and_is_read_from_read_only_data() -> None:
    X = data(300, 60)
    X.flags.writeable = False
    assert np.array_equal(reference_space(X), reference_space(X.copy()))


def test_the_largest_coordinate_of_each_component_is_positive() -> None:
    X = data(300, 60)
    X -= X.mean(axis=0)
    components, *_ = np.linalg.lstsq(X, reference_space(X), rcond=None)
    assert (components[np.abs(components).argmax(axis=0), np.arange(50)] > 0).all()


def test_data_without_variance_are_one_point() -> None:
    assert not reference_space(np.full((5, 60), 3, np.float32)).any()
    assert not reference_space(np.full((90, 60), 3, np.float32)).any()


def test_data_of_few_features_are_their_own_reference_space() -> None:
    fit = Fit(labels=np.arange(30) % 3, features=data(30, 50))
    assert fit.space("reference") is fit.space("input")
    scores = score([fit])[0]
    for name in ("silhouette", "davies_bouldin", "calinski_harabasz"):
        assert scores[f"{name}_reference"] == scores[f"{name}_input"] is not None


def test_all_fits_share_one_pca_and_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    spaces, passes = [], []
    original = scoring._shared_silhouettes
    monkeypatch.setattr(scoring, "reference_space", lambda X: spaces.append(reference_space(X)) or spaces[-1])
    monkeypatch.setattr(scoring, "_shared_silhouettes", lambda *args: passes.append(args[0]) or original(*args))
    X = data(120, 60)
    fits = [Fit(labels=rng.integers(0, 3, 120), features=X) for _ in range(3)]
    scores = score(fits)
    assert len(spaces) == 1
    assert [points is expected for points, expected in zip(passes, [X, spaces[0]], strict=True)] == [True, True]
    for fit, one in zip(fits, scores, strict=True):
        alone = replace(fit)  # computes the space by itself
        assert one["silhouette_reference"] == pytest.approx(silhouette_of(alone, "reference"), abs=1e-7)
        assert one["davies_bouldin_reference"] == davies_bouldin_of(alone, "reference")
        assert one["calinski_harabasz_reference"] == calinski_harabasz_of(alone, "reference")


def test_no_pca_is_made_if_no_metric_of_the_space_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = Fit(labels=rng.integers(0, 3, 120), features=data(120, 60))
    known = score([fit])[0]
    known.pop("noise_share")
    monkeypatch.setattr(scoring, "reference_space", lambda X: pytest.fail("a needless PCA"))
    assert len(list(score_each(1, [fit].__getitem__, [known], METRICS))) == 1


def test_a_missing_index_without_silhouettes_needs_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = Fit(labels=rng.integers(0, 3, 120), features=data(120, 60))
    known = score([fit])[0]
    expected = known.pop("davies_bouldin_reference")
    monkeypatch.setattr(scoring, "_shared_silhouettes", lambda *args: pytest.fail("a pass over all distances"))
    ((_, scores),) = score_each(1, [fit].__getitem__, [known], METRICS)
    assert scores.values["davies_bouldin_reference"] == expected
