"""Scores of many fits: they are complete, computed once, and None where they are not defined."""

from dataclasses import replace

import numpy as np
import pytest

from bench.metrics import engine
from bench.metrics.declarations import METRICS
from bench.metrics.fit import Fit
from bench.metrics.scoring import score, score_each

rng = np.random.default_rng(0)
X = rng.random((60, 5), dtype=np.float32)
X.flags.writeable = False
TRUE = np.arange(60) % 3
KMEANS = Fit(labels=rng.integers(0, 3, 60), features=X, true_labels=TRUE, prototypes=X[:3])
SOM = replace(KMEANS, labels=rng.integers(0, 4, 60), prototypes=X[:12], grid_shape=(3, 4))
DEC = Fit(
    labels=rng.integers(0, 3, 60),
    features=X,
    true_labels=TRUE,
    embedding=rng.normal(size=(60, 2)).astype(np.float32),
    soft_assignments=rng.dirichlet(np.ones(3), 60).astype(np.float32),
    reconstruction_error=0.02,
)


def missing(scores: dict[str, float | None]) -> set[str]:
    return {name for name, value in scores.items() if value is None}


def test_every_metric_is_scored_in_order_and_equal_to_its_function() -> None:
    scores = score([KMEANS, SOM, DEC])
    assert [list(one) for one in scores] == [[declared.name for declared in METRICS]] * 3
    for fit, one in zip([KMEANS, SOM, DEC], scores, strict=True):
        for declared in METRICS:
            expected = None if any(fit.lacks(need) for need in declared.needs) else declared.load()(fit)
            assert one[declared.name] == (None if expected is None else pytest.approx(expected, abs=1e-7)), (
                declared.name
            )


def test_a_metric_is_none_if_the_fit_lacks_an_attribute() -> None:
    kmeans, som, dec = score([KMEANS, SOM, DEC])
    codes = {"effective_rank_own", "spread_own", "collapsed_own"}
    sampled = {f"silhouette_error_{space}" for space in ("own", "input", "reference")}
    assert missing(kmeans) == {"topographic_error", "reconstruction_error", "kl_divergence"} | codes | sampled
    assert missing(som) == {"reconstruction_error", "kl_divergence"} | codes | sampled
    assert missing(dec) == {"quantization_error", "topographic_error"} | sampled
    assert {"accuracy", "ari", "nmi"} <= missing(score([replace(KMEANS, true_labels=None)])[0])


def test_input_silhouettes_of_all_fits_come_from_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = engine.estimate_silhouettes
    monkeypatch.setattr(engine, "estimate_silhouettes", lambda *args: calls.append(args) or original(*args))
    one_cluster = replace(KMEANS, labels=np.zeros(60, int))
    scores = score([KMEANS, one_cluster, SOM])
    assert len(calls) == 1
    assert [one["silhouette_input"] is None for one in scores] == [False, True, False]


def test_an_own_space_that_is_the_input_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    scatter, silhouettes = engine.scatter, engine.estimate_silhouettes
    monkeypatch.setattr(engine, "scatter", lambda *args: calls.append("scatter") or scatter(*args))
    monkeypatch.setattr(engine, "estimate_silhouettes", lambda *args: calls.append("pass") or silhouettes(*args))
    scores = score([replace(KMEANS)])[0]
    assert calls == ["pass", "scatter"]
    for name in ("silhouette", "davies_bouldin", "calinski_harabasz"):
        assert scores[f"{name}_own"] == scores[f"{name}_input"] is not None


@pytest.mark.parametrize("labels", [np.zeros(60, int), np.arange(60), np.full(60, -1), np.append(1, np.zeros(59, int))])
def test_degenerate_labels(labels: np.ndarray) -> None:
    """One cluster, a cluster for every sample, only noise: no internal index. A cluster of one sample: all indices."""
    internal = {declared.name for declared in METRICS if declared.kind == "internal"}
    for fit in (KMEANS, DEC):
        scores = score([replace(fit, labels=labels)])[0]
        defined = len(np.unique(labels)) == 2
        assert (internal & missing(scores)) == (set() if defined else internal)
        assert scores["accuracy"] is not None


def test_codes_that_are_not_finite_change_only_the_metrics_that_need_them() -> None:
    assert DEC.embedding is not None
    broken = replace(DEC, embedding=DEC.embedding * np.float32(np.nan), soft_assignments=np.full((60, 3), np.nan))
    scores = score([broken])[0]
    assert {name for name in scores if name.endswith("_own")} <= missing(scores)
    assert scores["kl_divergence"] is None
    assert scores["silhouette_input"] is not None


def test_known_values_are_kept_and_only_the_shared_silhouettes_are_computed_again() -> None:
    fits = [KMEANS, SOM, DEC]
    expected = score(fits)
    old = [{}, *(dict.fromkeys(values, -7.0) for values in expected[1:])]
    scored = score_each(3, [replace(fit) for fit in fits].__getitem__, old, METRICS)
    values = {number: scores.values for number, scores in scored}
    assert values[0] == expected[0]
    som = {f"silhouette{middle}_{space}" for middle in ("", "_error") for space in ("own", "input", "reference")}
    dec = {name for name in som if not name.endswith("_own")}
    for number, new in ((1, som), (2, dec)):
        known = {name: expected[number][name] if name in new else -7.0 for name in expected[number]}
        assert values[number] == known


def test_a_missing_metric_without_silhouettes_needs_no_pass_and_only_its_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    fits = [KMEANS, SOM, DEC]
    known = score(fits)
    value = known[1].pop("noise_share")
    monkeypatch.setattr(engine, "estimate_silhouettes", lambda *args: pytest.fail("a pass over all distances"))
    loaded, shares = [], []
    load = lambda number: loaded.append(number) or replace(fits[number])  # noqa: E731
    ((number, scores),) = score_each(3, load, known, METRICS, shares.append)
    assert (number, set(loaded)) == (1, {1})
    assert scores.values == known[1] | {"noise_share": value}
    assert shares[-1] == 1
    assert list(score_each(3, load, [*known[:1], scores.values, *known[2:]], METRICS)) == []


def test_the_reported_share_rises_to_one() -> None:
    shares: list[float] = []
    score([KMEANS, SOM, DEC], shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_no_fits_have_no_scores() -> None:
    assert score([]) == []


def test_fits_of_two_data_sets_are_an_error() -> None:
    with pytest.raises(ValueError, match="one features array"):
        score([KMEANS, replace(SOM, features=X.copy())])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.zeros(59, int)}, r"labels must have one row per sample \(60\), got 59"),
        ({"embedding": np.zeros((3, 2))}, "embedding must have one row per sample"),
        ({"prototypes": np.zeros((3, 4))}, "prototypes must have n_features=5 columns, got 4"),
        ({"grid_shape": (2, 2)}, r"grid_shape=\(2, 2\) needs 4 units, got 3"),
    ],
)
def test_arrays_of_different_lengths_are_an_error(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(KMEANS, **change)
