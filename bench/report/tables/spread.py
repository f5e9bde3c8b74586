"""How much each metric varies over the seeds: a block of table.md, and statistics.csv with every metric."""

from collections.abc import Mapping, Sequence
from statistics import median

import pandas as pd

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.groups import Group
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, arrow, heading, interval_text, number
from bench.report.pairs import is_fixed
from bench.statistics.intervals import NO_INTERVAL, Interval, interval_of_mean
from bench.statistics.summary import summarize

SHOWN = ("accuracy", "ari", "nmi", "silhouette_input")
"""The metrics of the block; statistics.csv has all of them."""
SECONDS = "fit_seconds"
_Numbers = tuple[int, float | None, float | None, float, float, float]
COLUMNS = ("label", "metric", "n", "mean", "sd", "median", "min", "max", "low", "high", "interval")


def spread_block(groups: Sequence[Group]) -> str:
    """One row for each shown metric and group; empty if no group has two seeds with a value."""
    rows = []
    for metric in (each for each in all_metrics() if each.name in SHOWN):
        for group in groups:
            if group.by_seed(metric.name):
                name = escape(heading(metric)) + arrow(metric.higher_is_better)
                texts = _texts(group.by_seed(metric.name), metric, is_fixed(group))
                rows.append([name, escape(group.label), *texts])
    if not any(len(group.by_seed(name)) > 1 for group in groups for name in SHOWN):
        return ""
    return table(["Metric", "Method", "n", "Mean", "sd", "Median", "Min", "Max", "95 % interval"], rows, left=2)


def _texts(by_seed: Mapping[int, float], metric: Metric, fixed: bool) -> list[str]:
    (n, *numbers), interval = _spread(by_seed, fixed)
    ends = NOT_AVAILABLE
    if interval is not None:
        ends = f"{interval_text(interval.within(*metric.bounds), metric.decimals)} {interval.kind}"
    return [str(n), *(number(value, metric.decimals) for value in numbers), ends]


def _spread(by_seed: Mapping[int, float], fixed: bool) -> tuple[_Numbers, Interval | None]:
    """Number, mean, standard deviation, median, minimum and maximum of the values, and the interval of the mean.

    A row that does not depend on the seed has neither standard deviation nor interval: its equal fits say nothing about
    how much it can vary.
    """
    values = list(by_seed.values())
    summary = summarize(values)
    sd = None if fixed else summary.sd
    numbers = (summary.n, summary.mean, sd, median(values), min(values), max(values))
    return numbers, None if fixed else interval_of_mean(values)


def statistics_frame(groups: Sequence[Group]) -> pd.DataFrame:
    """One row per group and metric that has a value: the columns of `COLUMNS`."""
    rows = []
    for group in groups:
        by_metric = {metric.name: group.by_seed(metric.name) for metric in all_metrics()}
        for name, by_seed in {**by_metric, SECONDS: group.seconds_by_seed()}.items():
            if by_seed:
                numbers, interval = _spread(by_seed, name != SECONDS and is_fixed(group))
                rows.append((group.label, name, *numbers, *(NO_INTERVAL if interval is None else interval.columns)))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
