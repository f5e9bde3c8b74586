"""Properties that metrics must have on any data. Each declared metric needs at least one property."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.metrics.declarations import METRICS, Metric, metric
from bench.metrics.fit import Fit
from bench.metrics.silhouette import sampled as sampled_silhouette

SPACES = ("own", "input", "reference")
EXTERNAL = ["accuracy", "ari", "nmi"]
INTERNAL = [f"{name}_{space}" for name in ("silhouette", "davies_bouldin", "calinski_harabasz") for space in SPACES]
CLUSTERS = ["n_clusters_found", "smallest_share", "largest_share", "noise_share"]
CODES = ["effective_rank_own", "spread_own", "collapsed_own"]
MAP = ["quantization_error", "topographic_error"]

IGNORES_LABEL_NAMES = [*EXTERNAL, *INTERNAL, *CLUSTERS, "collapsed_own"]
IGNORES_SAMPLE_ORDER = [*IGNORES_LABEL_NAMES, *MAP, *CODES, "kl_divergence"]
IGNORES_REPETITION = [
    "accuracy",
    "nmi",
    *CLUSTERS,
    *MAP,
    "kl_divergence",
    *(f"davies_bouldin_{space}" for space in SPACES),
]
IGNORES_SCALE = [*INTERNAL, *CODES, "topographic_error"]
IGNORES_ROTATION = [*INTERNAL, *MAP, "effective_rank_own", "collapsed_own"]
IMPROVES_WITH_SEPARATION = INTERNAL
PERFECT_ON_TRUTH = EXTERNAL
SAMPLING_ERROR = [f"silhouette_error_{space}" for space in SPACES]
MEASURED_BY_THE_METHOD = ["reconstruction_error"]

quick = settings(max_examples=20, deadline=None)


def value(name: str, fit: Fit) -> float | None:
    return metric(name).load()(fit)


def same(first: float | None, second: float | None, tolerance: float = 1e-4) -> bool:
    """Equal up to a tolerance, as each change rounds the input to float32 again; or both not defined."""
    if first is None or second is None:
        return first is second
    return first == pytest.approx(second, rel=tolerance, abs=1e-6)


@st.composite
def fits(draw: st.DrawFn) -> Fit:
    """Clusters or noise, few or many dimensions, correct or random labels, and every attribute of a Fit."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k, width, latent = draw(st.integers(12, 60)), draw(st.integers(2, 5)), draw(st.integers(2, 6)), 3
    separation, wrong = draw(st.sampled_from([0.0, 1.0, 20.0])), draw(st.sampled_from([0.0, 0.2, 1.0]))
    true = np.arange(n) % k
    labels = np.where(rng.random(n) < wrong, rng.integers(0, k, n), true)
    labels[:4] = [0, 0, 1, 1]  # always at least two clusters
    spaces = [separation * rng.normal(size=(k, d))[true] + rng.normal(size=(n, d)) for d in (width, latent)]
    return Fit(
        labels=labels,
        features=spaces[0].astype(np.float32),
        true_labels=true,
        embedding=spaces[1].astype(np.float32),
        prototypes=rng.normal(size=(6, width)),
        soft_assignments=rng.dirichlet(np.ones(k), n),
        grid_shape=(2, 3),
    )


def rows(fit: Fit, index: np.ndarray) -> Fit:
    """The same fit of the samples at `index`."""
    assert fit.true_labels is not None
    assert fit.embedding is not None
    assert fit.soft_assignments is not None
    return replace(
        fit,
        labels=fit.labels[index],
        features=fit.features[index],
        true_labels=fit.true_labels[index],
        embedding=fit.embedding[index],
        soft_assignments=fit.soft_assignments[index],
    )


def moved(fit: Fit, move: Callable[[np.ndarray], np.ndarray]) -> Fit:
    """The same fit with input, prototypes and codes moved."""
    assert fit.prototypes is not None
    assert fit.embedding is not None
    return replace(fit, features=move(fit.features), prototypes=move(fit.prototypes), embedding=move(fit.embedding))


def test_every_metric_has_a_property() -> None:
    listed = {
        *IGNORES_LABEL_NAMES,
        *IGNORES_SAMPLE_ORDER,
        *IGNORES_REPETITION,
        *IGNORES_SCALE,
        *IGNORES_ROTATION,
        *IMPROVES_WITH_SEPARATION,
        *PERFECT_ON_TRUTH,
        *SAMPLING_ERROR,
        *MEASURED_BY_THE_METHOD,
    }
    assert {declared.name for declared in METRICS} == listed


@pytest.mark.parametrize("name", MEASURED_BY_THE_METHOD)
@quick
@given(fit=fits())
def test_a_measurement_of_the_method_is_passed_on(name: str, fit: Fit) -> None:
    assert value(name, replace(fit, **{name: 0.25})) == 0.25
    assert value(name, replace(fit, **{name: float("nan")})) is None


@pytest.mark.parametrize("name", SAMPLING_ERROR)
@quick
@given(fit=fits())
def test_the_sampling_error_is_none_if_exact_and_0_for_a_sample_of_all(name: str, fit: Fit) -> None:
    assert value(name, fit) is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled_silhouette, "EXACT_WORK", 0)
        patch.setattr(sampled_silhouette, "SAMPLE", len(fit.labels))
        assert value(name, replace(fit)) == 0
        patch.setattr(sampled_silhouette, "SAMPLE", len(fit.labels) // 3)
        assert value(name, replace(fit)) > 0


@pytest.mark.parametrize("name", IGNORES_LABEL_NAMES)
@quick
@given(fit=fits(), data=st.data())
def test_renaming_clusters_changes_nothing(name: str, fit: Fit, data: st.DataObject) -> None:
    names = np.array(data.draw(st.permutations(range(7))))
    assert same(value(name, fit), value(name, replace(fit, labels=names[fit.labels])))


@pytest.mark.parametrize("name", IGNORES_SAMPLE_ORDER)
@quick
@given(fit=fits(), seed=st.integers(0, 999))
def test_the_order_of_samples_changes_nothing(name: str, fit: Fit, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(fit.labels))
    assert same(value(name, fit), value(name, rows(fit, order)))


@pytest.mark.parametrize("name", IGNORES_REPETITION)
@quick
@given(fit=fits())
def test_repeating_every_sample_changes_nothing(name: str, fit: Fit) -> None:
    assert same(value(name, fit), value(name, rows(fit, np.tile(np.arange(len(fit.labels)), 2))))


@pytest.mark.parametrize("name", IGNORES_SCALE)
@quick
@given(fit=fits(), exponent=st.integers(-20, 20))
def test_the_unit_of_length_changes_nothing(name: str, fit: Fit, exponent: int) -> None:
    assert same(value(name, fit), value(name, moved(fit, lambda X: X * np.float32(3.0**exponent))))


@quick
@given(fit=fits(), exponent=st.integers(-20, 20))
def test_the_quantization_error_is_a_length(fit: Fit, exponent: int) -> None:
    scale = np.float32(3.0**exponent)
    before, after = (value("quantization_error", f) for f in (fit, moved(fit, lambda X: X * scale)))
    assert before is not None
    assert after == pytest.approx(before * scale, rel=1e-5)


@pytest.mark.parametrize("name", IGNORES_ROTATION)
@quick
@given(fit=fits(), seed=st.integers(0, 999))
def test_rotation_and_translation_of_the_space_change_nothing(name: str, fit: Fit, seed: int) -> None:
    def rotate(X: np.ndarray) -> np.ndarray:
        rng = np.random.default_rng([seed, X.shape[1]])
        return X @ np.linalg.qr(rng.normal(size=(X.shape[1], X.shape[1])))[0] + rng.normal(size=X.shape[1])

    assert same(value(name, moved(fit, np.float64)), value(name, moved(fit, rotate)))


@pytest.mark.parametrize("name", IMPROVES_WITH_SEPARATION)
@quick
@given(fit=fits())
def test_moving_clusters_apart_improves_the_index(name: str, fit: Fit) -> None:
    def spread(X: np.ndarray) -> np.ndarray:
        return X + 200 * np.eye(max(7, X.shape[1]))[fit.labels][:, : X.shape[1]]

    assume(fit.labels.max() < 3)  # the smallest space has two dimensions: too few for more clusters at equal distances
    assert fit.embedding is not None
    apart = replace(fit, features=spread(fit.features), embedding=spread(fit.embedding))
    near, far = value(name, fit), value(name, apart)
    assert near is not None
    assert far is not None
    assert far > near if metric(name).higher_is_better else far < near


@pytest.mark.parametrize("name", PERFECT_ON_TRUTH)
@quick
@given(fit=fits(), data=st.data())
def test_renamed_true_labels_are_perfect_and_one_mistake_is_not(name: str, fit: Fit, data: st.DataObject) -> None:
    assert fit.true_labels is not None
    labels = np.array(data.draw(st.permutations(range(5))))[fit.true_labels]
    assert value(name, replace(fit, labels=labels)) == pytest.approx(metric(name).bounds[1])
    labels[0] = labels[1]
    mistaken = value(name, replace(fit, labels=labels))
    assert mistaken is not None
    assert mistaken < 1
    if name == "accuracy":
        assert mistaken == pytest.approx(1 - 1 / len(labels))


@pytest.mark.parametrize("declared", METRICS, ids=lambda declared: declared.name)
@quick
@given(fit=fits(), degenerate=st.sampled_from(["none", "constant", "one cluster", "noise", "singletons"]))
def test_values_are_within_their_bounds_on_degenerate_data_too(declared: Metric, fit: Fit, degenerate: str) -> None:
    n = len(fit.labels)
    if degenerate == "constant":
        fit = moved(fit, lambda X: X * 0)
    else:
        others = {"one cluster": np.zeros(n, int), "noise": np.full(n, -1), "singletons": np.arange(n)}
        fit = replace(fit, labels=others.get(degenerate, fit.labels))
    result = declared.load()(fit)
    low, high = declared.bounds
    assert result is None or low - 1e-9 <= result <= high + 1e-9
