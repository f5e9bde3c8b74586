"""Metrics of plug-ins: a declaration of another package is a metric; each fault is one line with the package."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from math import nan
from pathlib import Path

import pytest
from plugin_packages import found_here

from bench.metrics.declarations import METRICS, all_metrics, metric, plugin_metrics
from bench.metrics.fit import Fit
from bench.metrics.metric import Metric
from bench.metrics.metric_check import ATTRIBUTES, checked_metric

SOURCE = """
from bench import Metric

def purity(fit):
    return 0.5

PURITY = Metric("purity", "Purity", "tiny_metrics_of_tests:purity", "external", "a share of samples (2008)", (0, 1),
                higher_is_better=True, needs={"true_labels"})
number = 3
"""
GOOD = Metric("purity", "Purity", "a.b:c", "external", "a share (2008)", (0, 1), True, needs=frozenset({"true_labels"}))

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    with found_here(tmp_path, monkeypatch) as install_here:
        yield install_here


def points(*lines: str) -> str:
    return "\n".join(["[dec_bench.metrics]", *lines, ""])


def test_a_metric_of_a_plug_in_follows_those_of_this_project(install: Install) -> None:
    install("tiny-metrics", {"tiny_metrics_of_tests": SOURCE}, points("purity = tiny_metrics_of_tests:PURITY"))
    assert all_metrics()[:-1] == METRICS
    declared = all_metrics()[-1]
    assert declared is metric("purity")
    assert (declared.label, declared.bounds, declared.needs) == ("Purity", (0, 1), frozenset({"true_labels"}))
    assert plugin_metrics().sources == {"purity": "tiny-metrics 1.0"}
    assert plugin_metrics().problems == ()
    with pytest.raises(KeyError, match="did you mean 'purity'"):
        metric("puritty")


def test_without_plug_ins_the_metrics_are_those_of_this_project(install: Install) -> None:
    assert all_metrics() == METRICS


BROKEN = {
    "import no_such_module": "it cannot be loaded (ModuleNotFoundError: No module named 'no_such_module')",
    "raise RuntimeError('one\\ntwo')": "it cannot be loaded (RuntimeError: one two)",
    "import sys; sys.exit(3)": "it cannot be loaded (SystemExit: 3)",
    "value = 1": "it cannot be loaded (AttributeError: module 'broken_of_tests' has no attribute 'M')",
    "M = 3": "it is of the type int; expected a bench.Metric",
    "from bench import Metric as M": "it is of the type type; expected a bench.Metric",
    "from bench.metrics.declarations import METRICS; M = METRICS[0]": "it declares the metric 'accuracy'; expected",
}


@pytest.mark.parametrize("source", BROKEN)
def test_a_broken_plug_in_is_one_line_and_the_others_stay(install: Install, source: str) -> None:
    install("tiny-metrics", {"tiny_metrics_of_tests": SOURCE}, points("purity = tiny_metrics_of_tests:PURITY"))
    install("a-broken-package", {"broken_of_tests": source}, points("broken = broken_of_tests:M"), version="2.1")
    (line,) = plugin_metrics().problems
    start = "plug-in a-broken-package 2.1, entry point dec_bench.metrics, 'broken_of_tests:M': "
    assert line.startswith(start + BROKEN[source])
    assert line.endswith("; 'broken' is left out.")
    assert "\n" not in line
    assert list(plugin_metrics().known) == ["purity"]


def test_a_name_that_is_taken_is_one_line_that_names_both_packages(install: Install) -> None:
    install("a-metrics", {"tiny_metrics_of_tests": SOURCE}, points("purity = tiny_metrics_of_tests:PURITY"))
    install("b-metrics", {}, points("purity = tiny_metrics_of_tests:PURITY", "ari = tiny_metrics_of_tests:PURITY"))
    assert plugin_metrics().problems == (
        "plug-in b-metrics 1.0, entry point dec_bench.metrics: the name 'ari' is one of dec-bench's own; 'ari' is left "
        "out.",
        "plug-in b-metrics 1.0, entry point dec_bench.metrics: the name 'purity' is taken by plug-in a-metrics 1.0; "
        "'purity' is left out.",
    )
    assert plugin_metrics().sources == {"purity": "a-metrics 1.0"}


WRONG = {
    "the name 'Purity' is not valid for a column": {"name": "Purity"},
    "the name 'my-metric' is not valid for a column": {"name": "my-metric"},
    "the name 'seed' is not valid for a column": {"name": "seed"},
    "the name 'seconds_x' is not valid for a column": {"name": "seconds_x"},
    "label '' is not valid": {"label": ""},
    r"label 'a\\nb' is not valid": {"label": "a\nb"},
    r"label 'a\\u202eb' is not valid": {"label": "a\u202eb"},
    "label 'xxx": {"label": "x" * 41},
    "label: expected `str`, got `int`": {"label": 3},
    "the label 'ARI' is taken in the same space": {"label": "ARI"},
    "description is not valid": {"description": "two\nlines"},
    "function 'purity' is not valid: expected package.module:function": {"function": "purity"},
    "kind is 'extern'; expected one of 'external', 'internal'": {"kind": "extern"},
    "space is 'latent'; expected one of None, 'own', 'input'": {"space": "latent"},
    "bounds are 1 and 0; expected a lower and a higher number": {"bounds": (1, 0)},
    "bounds are nan and 1": {"bounds": (nan, 1)},
    "bounds: expected `array` of length 2, got 1": {"bounds": (1,)},
    "decimals is -1; expected 0 to 10": {"decimals": -1},
    "higher_is_better: expected `bool | null`, got `str`": {"higher_is_better": "yes"},
    "higher_is_better is None; expected True or False for the kind 'external'": {"higher_is_better": None},
    "needs has 'codes'; expected names of attributes of bench.Fit": {"needs": {"true_labels", "codes"}},
    "it is of the kind 'clusters' and needs true_labels; only metrics of the kind 'external' get": {"kind": "clusters"},
    "expected 'true_labels' in needs, and no space": {"needs": frozenset()},
    "of the kind 'external'; expected 'true_labels' in needs, and no space": {"space": "own"},
    "space is None; expected 'own', 'input' or 'reference'": {"kind": "internal", "needs": frozenset()},
    "the name 'purity_own' ends in a space, and the space is None": {"name": "purity_own"},
    "uses_silhouette is True, which is not for plug-ins": {"uses_silhouette": True},
}


@pytest.mark.parametrize("message", WRONG)
def test_each_wrong_declaration_is_refused(message: str) -> None:
    wrong = replace(GOOD, **WRONG[message])
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace("|", r"\|")):
        checked_metric(wrong, wrong.name, METRICS)


def test_sets_and_lists_are_made_frozen_so_that_a_metric_can_be_a_key() -> None:
    loose = replace(GOOD, needs={"true_labels"}, bounds=[0, 1])
    assert {checked_metric(loose, "purity", METRICS): 1} == {GOOD: 1}


@pytest.mark.parametrize("declared", METRICS, ids=lambda declared: declared.name)
def test_the_metrics_of_this_project_keep_the_rules(declared: Metric) -> None:
    plain = replace(declared, uses_silhouette=False)
    assert checked_metric(plain, plain.name, [other for other in METRICS if other is not declared]) == plain


def test_needs_may_name_every_attribute_of_a_fit() -> None:
    assert {field.name for field in fields(Fit)} == ATTRIBUTES
