"""Metrics of plug-ins in the tables: the block of their space, and what a reader must know about them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from plugin_packages import found_here, uninstall
from written_tables import COST, INPUT, LABELS, OWN, SAME, blocks, by_method, parsed, section

from bench.metrics.metric_check import COLUMNS, PREFIXES
from bench.report.figures.labels import label_strips
from bench.report.figures.limits import LABELS as LABELS_LIMITS
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.stored_answer import stored_answer
from bench.report.tables.caveats import caveats
from bench.report.tables.frames import cells_frame, groups_frame
from bench.store.command import errors_command
from bench.store.records import Failure, PluginScore
from bench.store.store import Store

SOURCE = """
from bench import Metric

PURITY = Metric("purity", "Pur|ity $x$", "m:f", "external", "text", (0, 1), True, needs=frozenset({"true_labels"}))
DUNN_OWN, DUNN_INPUT = (
    Metric(f"dunn_{space}", "Dunn", "m:f", "internal", "text", (0, 9), True, space, in_each_space=True)
    for space in ("own", "input")
)
BALANCE = Metric("balance", "Balance", "m:f", "clusters", "text", (0, 1), None, decimals=1)
"""
NAMES = ("purity", "dunn_own", "dunn_input", "balance")
POINTS = "\n".join(["[dec_bench.metrics]", *(f"{name} = metrics_of_tests:{name.upper()}" for name in NAMES), ""])
VALUES = {"purity": 0.91, "dunn_own": 0.5, "dunn_input": 0.25, "balance": 0.75}
Install = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "packages"


@pytest.fixture
def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    with found_here(folder, monkeypatch) as install_here:
        install_here("tiny", {"metrics_of_tests": SOURCE}, POINTS)
        yield install_here


def of(source: str = "tiny 1.0", **failures: Failure) -> dict[str, PluginScore]:
    return {name: PluginScore(source=source, failure=failures.get(name)) for name in NAMES}


@pytest.fixture
def scored(lab, scores) -> Store:
    """DEC and K-Means with one seed and all metrics."""
    for method in ("dec", "kmeans"):
        lab.ok(lab.cell(method, 0), scores(method, 0) | VALUES, plugins=of())
    return lab.done()


@pytest.mark.usefixtures("install")
def test_each_metric_is_in_the_block_of_its_space_with_its_arrow(scored) -> None:
    expected = {LABELS: ("Pur\\|ity \\$x\\$ ↑", "0.910"), INPUT: ("Dunn ↑", "0.250"), OWN: ("Dunn ↑", "0.500")}
    expected[COST] = ("Balance", "0.8")
    for words, (heading, value) in expected.items():
        assert by_method(section(scored, words))["kmeans"][heading] == value
    improved = {row["Metric"] for row in parsed(section(scored, SAME))}
    assert {"Pur\\|ity \\$x\\$ ↑", "Dunn (input) ↑"} <= improved
    head = blocks(scored)[""]
    assert "- metric purity: Pur\\|ity \\$x\\$; plug-in tiny 1.0" in head
    assert "Caveats" not in head


@pytest.mark.usefixtures("install")
def test_the_csv_files_the_answer_and_the_figure_have_them(scored) -> None:
    outcomes = read(scored)
    cells = cells_frame(outcomes.all, "demo")
    table = groups_frame(group(outcomes.all), "demo")
    for name, value in VALUES.items():
        assert cells[name].tolist() == [value, value]
        assert table[[f"{name}_mean", f"{name}_sd", f"{name}_n"]].iloc[0].tolist() == [value, None, 1]
    answer = stored_answer(scored, metrics=["purity", "dunn_own"], sort="purity")
    assert answer.columns[1:3] == ("Pur|ity $x$ ↑", "Dunn (own) ↑")
    assert {"Pur|ity $x$ ↑", "Dunn (input) ↑", "Balance"} <= set(stored_answer(scored, wide=True).columns)
    figure = label_strips(outcomes)
    assert figure is not None
    assert r"Pur|ity \$x\$ ↑" in {ax.get_title() for ax in figure.axes}
    figure.canvas.draw()


def test_the_figure_of_agreement_is_drawn_for_a_metric_of_a_plug_in_alone(lab, install: Install) -> None:
    lab.ok(lab.cell("kmeans", 0), {"purity": 0.9}, plugins=of())
    (limit,) = LABELS_LIMITS
    assert limit.count(read(lab.done())) == 1


@pytest.mark.usefixtures("install")
def test_a_failed_metric_is_named_with_its_row_and_seeds(lab, scores) -> None:
    failure = Failure(type="ZeroDivisionError", message="division by zero", traceback="Traceback …")
    for seed in range(3):
        failed = seed != 1
        values = scores("kmeans", seed) | VALUES | ({"purity": None} if failed else {})
        lab.ok(lab.cell("kmeans", seed), values, plugins=of(purity=failure) if failed else of())
    store = lab.done()
    outcomes = read(store)
    assert caveats(outcomes, group(outcomes.all)) == [
        "Metric failed: purity of plug-in tiny 1.0, kmeans (seeds 0, 2): ZeroDivisionError: division by zero",
        f"Tracebacks of failed metrics: {errors_command(store)}.",
    ]
    assert by_method(section(store, LABELS))["kmeans"]["Pur\\|ity \\$x\\$ ↑"] == "0.910 (n=1)"
    assert by_method(section(store, LABELS))["kmeans"]["ARI ↑"].startswith("0.374 ± ")


@pytest.mark.usefixtures("install")
def test_the_failures_of_one_metric_share_a_line(lab, scores) -> None:
    """A message with a number of the seed would otherwise give a line for each fit."""
    rows = [f"pack:Own{number}" for number in range(7)]
    for method in (*rows, "kmeans"):
        for seed in range(2):
            first = Failure(type="ValueError", message=f"no value for seed {seed}", traceback="Traceback …")
            always = Failure(type="KeyError", message="'x'", traceback="Traceback …")
            failures = {"balance": always} | ({} if method == "kmeans" else {"purity": first})
            lab.ok(lab.cell(method, seed), scores("kmeans", 0), plugins=of(**failures))
    outcomes = read(lab.done())
    lines = [line for line in caveats(outcomes, group(outcomes.all)) if "metrics" in line or "Metric" in line]
    named = ", ".join(f"{row} (seeds 0, 1)" for row in rows[:5])
    assert lines == [
        f"Metric failed: purity of plug-in tiny 1.0, {named} and 2 other rows: ValueError: no value for seed 0 (the "
        "most frequent of 2 reasons)",
        "Metric failed: balance of plug-in tiny 1.0, in all 16 finished cells: KeyError: 'x'",
        f"Tracebacks of failed metrics: {outcomes.errors_command}.",
    ]


def test_a_metric_that_is_not_installed_any_more_is_named(scored, folder: Path, install: Install) -> None:
    uninstall(folder, "tiny")
    outcomes = read(scored)
    assert caveats(outcomes, group(outcomes.all)) == [
        f"Metric {name} is stored, but not shown: its plug-in (tiny 1.0) is not installed, or is left out."
        for name in sorted(NAMES)
    ]
    assert "purity" not in cells_frame(outcomes.all, "demo")


@pytest.mark.usefixtures("install")
def test_a_metric_that_is_not_computed_yet_is_named_with_the_remedy(lab, scores) -> None:
    for seed in range(2):
        lab.ok(lab.cell("kmeans", seed), scores("kmeans", seed))
    outcomes = read(lab.done())
    assert caveats(outcomes, group(outcomes.all))[0] == (
        "Metric balance of plug-in tiny 1.0 is not computed for 2 finished cells: give the command of the run again, "
        "which makes no new fit."
    )


def test_a_metric_of_another_version_is_named(scored, install: Install) -> None:
    install("tiny", {"metrics_of_tests": SOURCE}, POINTS, version="2.0")
    outcomes = read(scored)
    assert caveats(outcomes, group(outcomes.all))[0] == (
        "Metric balance was computed 2 with tiny 1.0; now it is tiny 2.0: give the command of the run again, which "
        "makes no new fit."
    )


def test_published_tables_name_the_metrics_that_no_plug_in_has(
    scored, folder: Path, install: Install, tmp_path: Path
) -> None:
    blocks(scored)
    copy = Store(tmp_path / "clone", "demo")
    copy.path().mkdir(parents=True)
    for name in ("manifest.json", "table.csv", "table.md", "cells.csv"):
        shutil.copy(scored.path(name), copy.path(name))
    assert stored_answer(copy, metrics=["purity"]).caveats == ()
    uninstall(folder, "tiny")
    assert stored_answer(copy).caveats == (
        "Not shown, because no installed plug-in has them: balance, dunn_input, dunn_own, purity.",
    )


def test_no_metric_of_a_plug_in_can_have_the_name_of_another_column(full) -> None:
    outcomes = read(full)
    cells, table = cells_frame(outcomes.all, "demo"), groups_frame(group(outcomes.all), "demo")
    names = pd.Index([*cells, *table]).str.replace("_(mean|sd|n)$", "", regex=True)
    metrics = {name.removesuffix("_mean") for name in table if name.endswith("_mean")} - {"fit_seconds"}
    columns = {name for name in names if not name.startswith(PREFIXES)} - metrics
    options = {name for outcome in outcomes.all for name in outcome.cell.params}
    assert columns - options == COLUMNS
