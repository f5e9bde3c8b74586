"""The functions of plug-ins' metrics: what they get, and what becomes of a function that fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from plugin_packages import found_here

from bench.metrics.declarations import all_metrics, plugin_metrics
from bench.metrics.fit import Fit
from bench.metrics.metric import Metric
from bench.metrics.plugin_values import PluginValues
from bench.metrics.scoring import score, score_each
from bench.store.records import Failure

SOURCE = """
import numpy as np
from bench import Metric

def good(fit): return np.float32(0.5)
def undefined(fit): return None
def fails(fit): raise KeyError("my own problem\\nsecond line")
def ends(fit): raise SystemExit(3)
def text(fit): return "0.5"
def array(fit): return np.ones(2)
def missing(fit): return float("nan")
def outside(fit): return 1.5
def changes(fit): fit.features[0] = 9; return 1.0
def labels_seen(fit): return float(fit.true_labels is not None)
def width(fit, space): return fit.space(space).points.shape[1] / 100
"""
FUNCTIONS = "values_of_tests"


@pytest.fixture(autouse=True)
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    with found_here(tmp_path, monkeypatch) as install_here:
        install_here("tiny", {FUNCTIONS: SOURCE}, "")
        yield install_here


def declared(name: str, kind: str = "clusters", **rest: object) -> Metric:
    return Metric(name, name, f"{FUNCTIONS}:{name}", kind, "text", (0, 1), **rest)


@pytest.fixture
def fit() -> Fit:
    features = np.arange(12, dtype=np.float32).reshape(4, 3)
    return Fit(np.array([0, 0, 1, 1]), features, np.array([0, 0, 1, 1]), embedding=features[:, :2] + 0)


def test_the_value_of_a_function_is_a_float(fit: Fit) -> None:
    value = PluginValues(fit).value(declared("good"))
    assert (type(value), value) == (float, 0.5)
    assert PluginValues(fit).value(declared("undefined")) is None
    assert PluginValues(fit).value(declared("fails", needs=frozenset({"prototypes"}))) is None


@pytest.mark.parametrize(
    ("name", "type_", "message"),
    [
        ("fails", "KeyError", "'my own problem\\nsecond line'"),
        ("ends", "SystemExit", "3"),
        ("text", "ValueError", "the function returned a value of the type str; expected a float or None"),
        ("array", "ValueError", "the function returned a value of the type ndarray; expected a float or None"),
        ("missing", "ValueError", "the function returned nan; expected a finite number, or None if it is not defined"),
        ("outside", "ValueError", "the function returned 1.5; expected 0 to 1, the bounds of the metric"),
        ("changes", "ValueError", "assignment destination is read-only"),
        ("absent", "AttributeError", "module 'values_of_tests' has no attribute 'absent'"),
    ],
)
def test_a_function_that_fails_has_no_value_and_a_reason(fit: Fit, name: str, type_: str, message: str) -> None:
    failure = PluginValues(fit).value(declared(name))
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == (type_, message)
    assert failure.traceback.startswith("Traceback (most recent call last):")
    assert fit.features[0, 0] == 0


def test_only_external_metrics_get_the_true_labels(fit: Fit) -> None:
    values = PluginValues(fit)
    assert values.value(declared("labels_seen")) == 0
    assert values.value(declared("labels_seen", "external", needs=frozenset({"true_labels"}))) == 1
    without = PluginValues(replace(fit, true_labels=None))
    assert without.value(declared("labels_seen", "external", needs=frozenset({"true_labels"}))) is None


def test_one_function_measures_both_spaces(fit: Fit) -> None:
    own, input_ = (declared("width", "internal", space=space, in_each_space=True) for space in ("own", "input"))
    assert (PluginValues(fit).value(own), PluginValues(fit).value(input_)) == (0.02, 0.03)


def test_a_failure_leaves_all_other_scores(fit: Fit, install: Callable[..., None]) -> None:
    metrics = SOURCE + "".join(
        f"\n{name.upper()} = Metric({name!r}, {name!r}, '{FUNCTIONS}:{name}', 'clusters', 'text', (0, 1))"
        for name in ("fails", "good")
    )
    points = f"[dec_bench.metrics]\nfails = {FUNCTIONS}:FAILS\ngood = {FUNCTIONS}:GOOD\n"
    install("tiny", {FUNCTIONS: metrics}, points)
    assert plugin_metrics().problems == ()
    ((_, scores),) = score_each(1, lambda _: replace(fit), [{}], all_metrics())
    assert list(scores.failures) == ["fails"]
    assert scores.values == score([fit])[0] | {"fails": None, "good": 0.5}
