"""The main tables of the page: one for the true labels and the time, one for each space.

Each value has a sentence with its seeds and its difference from the best row, which a reader sees on demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean
from typing import Any

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Bounds, Metric
from bench.metrics.spaces import COMPONENTS
from bench.report.answer import SECONDS
from bench.report.best import Ranking
from bench.report.column_rankings import rankings_by_metric, rankings_by_seconds
from bench.report.groups import Group, several_k
from bench.report.numbers import CLUSTERS_FOUND, arrow, decimals, interval_text, mean_sd, number, probability_text
from bench.report.page import best_rows
from bench.report.page.mean_sentence import marked
from bench.report.page.table_sentences import spread_sentence, why_unmarked
from bench.report.page.view import PageView
from bench.report.same_task import NOISE, has_noise
from bench.statistics.intervals import Interval, interval_of_mean


@dataclass(frozen=True)
class Value:
    """One value of a table."""

    text: str
    order: float | None
    """The number by which rows are sorted; None if there is none."""
    is_best: bool
    """Whether it is the best one, or cannot be told apart from it."""
    detail: str
    """Its seeds, its interval and its difference from the best row; empty without values."""


@dataclass(frozen=True)
class Column:
    """One column: a metric, or the seconds of a fit."""

    name: str
    heading: str
    description: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class PageTable:
    """One table: a row for each group."""

    name: str
    title: str
    text: str
    columns: tuple[Column, ...]


REFERENCE = f"The first {COMPONENTS} principal components of the input, or the input itself if it has no more features."
TABLES = (
    ("labels", "Compared with the true labels", "Labels never reach a method. They only judge its clusters."),
    ("input", "In the input space", "The same space for all methods."),
    ("reference", "In the reference space", f"{REFERENCE} The same space for all methods."),
    (
        "own",
        "In each method's own space",
        "Not comparable between methods: each row measures another space, so no value is marked.",
    ),
)

OF_ONE_ROW = {"input": "The space of the data.", "own": "The space in which the method decides."}
"""The texts of tables with one row, which is not compared."""


def section(view: PageView) -> dict[str, Any]:
    """All tables, the sentences that explain their values, and the names and seeds of their rows."""
    tables = main_tables(view.groups, view.outcomes.labelled)
    return {
        "has_best": any(value.is_best for each in tables for column in each.columns for value in column.values),
        "explained": spread_sentence(view.groups),
        "is_compared": len(view.groups) > 1,
        "rows": row_names(view.groups),
        "seeds": [group.seeds_text() for group in view.groups],
        "tables": tables,
    }


def main_tables(groups: Sequence[Group], labelled: bool) -> list[PageTable]:
    """The tables that have a value, in the order of `TABLES`."""
    tables = []
    for name, title, text in TABLES:
        metrics = _metrics(name, labelled, groups)
        columns = [_column(groups, metric) for metric in metrics]
        if name == "labels":
            columns.append(_seconds(groups))
        if not labelled and name == "labels":
            title, text = "Clusters and time", "The data have no true labels."
        if len(groups) < 2:
            text = OF_ONE_ROW.get(name, text)
        if any(value.order is not None for column in columns for value in column.values):
            is_marked = any(value.is_best for column in columns for value in column.values)
            found = [ranking for metric in metrics for ranking in rankings_by_metric(groups, metric)]
            found += rankings_by_seconds(groups) if name == "labels" else []
            why = "" if name == "own" or is_marked else why_unmarked(groups, found)
            tables.append(PageTable(name, title, f"{text} {why}".strip(), tuple(columns)))
    return tables


def row_names(groups: Sequence[Group]) -> list[str]:
    """The heading of each row; rows with noise are marked, and k is named if the rows differ in it."""
    several = several_k(groups)
    ks = [f", k = {group.cell.n_clusters or 'none'}" if several else "" for group in groups]
    return [marked(group, k) for group, k in zip(groups, ks, strict=True)]


def _metrics(table: str, labelled: bool, groups: Sequence[Group]) -> list[Metric]:
    if table == "labels":
        names = (CLUSTERS_FOUND, *([NOISE] if any(map(has_noise, groups)) else []))
        return [m for m in all_metrics() if (m.kind == "external" and labelled) or m.name in names]
    return [m for m in all_metrics() if m.space == table and any(group.by_seed(m.name) for group in groups)]


def _column(groups: Sequence[Group], metric: Metric) -> Column:
    summaries = [group.summary(metric.name) for group in groups]
    digits, found = decimals(metric, summaries), rankings_by_metric(groups, metric)
    values = [
        _value(
            row,
            groups,
            found,
            mean_sd(summary, digits, len(group.ok)),
            group.by_seed(metric.name),
            digits,
            metric.bounds,
        )
        for row, (group, summary) in enumerate(zip(groups, summaries, strict=True))
    ]
    return Column(metric.name, metric.label + arrow(metric.higher_is_better), metric.description, tuple(values))


def _seconds(groups: Sequence[Group]) -> Column:
    found = rankings_by_seconds(groups)
    values = [
        _value(row, groups, found, mean_sd(group.fit_seconds(), 1, len(group.ok)), group.seconds_by_seed(), 1, (0, inf))
        for row, group in enumerate(groups)
    ]
    text = "wall-clock seconds of one fit; a shared pretraining counts in each fit"
    return Column(SECONDS, f"Fit seconds{arrow(False)}", text, tuple(values))


def _value(
    row: int,
    groups: Sequence[Group],
    found: Sequence[Ranking],
    text: str,
    by_seed: dict[int, float],
    digits: int,
    bounds: Bounds,
) -> Value:
    is_best = any(row in ranking.equals for ranking in found)
    if not by_seed:
        return Value(text, None, is_best, "")
    run = "fold" if groups[row].of_folds else "seed"
    shown = [f"{run} {seed}: {number(value, digits)}" for seed, value in sorted(by_seed.items())]
    parts = [", ".join(shown)]
    interval = interval_of_mean(list(by_seed.values()))
    if interval is not None and interval.low < interval.high:
        shown_interval = interval_text(interval.within(*bounds), digits)
        parts.append(f"95 % interval of the mean: {shown_interval} ({interval.kind})")
    parts += [sentence for ranking in found if (sentence := _against_best(row, groups, ranking, digits))]
    return Value(text, fmean(by_seed.values()), is_best, "; ".join(parts) + ".")


def _against_best(row: int, groups: Sequence[Group], ranking: Ranking, digits: int) -> str:
    """The difference of a row from the best one, with its interval and its verdict; empty if it is not compared."""
    if row == ranking.best:
        return f"the best mean of {len(ranking.differences) + 1} rows"
    if row not in ranking.differences:
        return ""
    apart, verdict = ranking.differences[row], best_rows.VERDICTS[ranking.verdicts[row]]
    mean, interval = apart.summary.mean, apart.interval
    text = "" if mean is None else number(-mean, digits)
    if interval is not None:
        text += f" {interval_text(Interval(-interval.high, -interval.low, interval.kind), digits)}"
    tested = "" if apart.p is None or verdict == best_rows.TOO_FEW else f", {probability_text(apart.p)}"
    raw = " (not corrected for the number of rows)" if interval is not None or tested else ""
    return f"difference from {groups[ranking.best].label}, the best: {text}{tested}{raw}: {verdict}"
