"""The answer: the main table of an experiment as plain text, for a terminal and a notebook.

It is made from the frame that `table.csv` stores, so published tables without records have it, too.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.metrics.declarations import all_metrics, metric
from bench.metrics.metric import Metric
from bench.report.numbers import CLUSTERS_FOUND, arrow, decimals, heading, mean_sd, seeds_text
from bench.report.same_task import MARK, NOISE
from bench.statistics.summary import Summary

LABELLED = ("accuracy", "ari", "nmi", "silhouette_input")
"""The metrics of the answer if the data have true labels."""
UNLABELLED = ("n_clusters_found", "silhouette_input", "davies_bouldin_input")
"""The metrics of the answer if the data have no true labels."""
WITHOUT_K = "none"
"""Stands in the column of k for a row that gets no number of clusters."""
OWN = "A figure in a method's own space is not comparable between methods: the spaces differ."
"""The last caveat if a column has figures of own spaces."""
METHOD, SECONDS = "method", "fit_seconds"
"""The two names by which rows can be sorted besides the names of metrics."""

_Row = Mapping[Hashable, object]


@dataclass(frozen=True)
class Answer:
    """A table as text. All text is plain: neither Markdown nor markup."""

    title: str
    """The experiment, its data set and the number of samples."""
    columns: tuple[str, ...]
    """Headings. The first column has the method, the last one the seeds; the second one k, if the rows differ in it."""
    rows: tuple[tuple[str, ...], ...]
    """One row per configuration of a method; figures are mean ± standard deviation over seeds, or `n/a`. A `†` after
    the method says that the row has noise."""
    caveats: tuple[str, ...]
    """What a reader must know before trusting a figure. Who shows the table also shows them, below it."""
    above: tuple[str, ...] = ()
    """Caveats of all figures. Who shows the table also shows them, above it."""
    facts: tuple[str, ...] = ()
    """The conclusion, how the data were read and how the figures were made. Who shows the table also shows these lines,
    between the table and the caveats."""


def answer(
    frame: pd.DataFrame,
    title: str,
    caveats: Sequence[str],
    *,
    above: Sequence[str] = (),
    facts: Sequence[str] = (),
    metrics: Sequence[str] = (),
    sort: str | None = None,
    wide: bool = False,
    labelled: bool = False,
) -> Answer:
    """The answer of an experiment.

    `frame` has the columns of table.csv, as `groups_frame` makes them or as `read_table` reads them.
    `caveats`, `above` and `facts` as in `Answer`.
    `metrics`: names of metrics that replace the usual ones. `wide`: every metric that has a value.
    `sort`: the name of a metric (best row first, or largest first if neither direction is better), `fit_seconds`
    (fastest first) or `method` (by name); None keeps the order of `frame`. A row without the value comes last. A metric
    that sorts the rows has a column. `labelled`: the data have true labels, even if no row has a score of them.

    Raises KeyError if a name is unknown; its message has the nearest known name.

    >>> frame = pd.DataFrame([{"label": "kmeans", "n_ok": 2, "ari_mean": 0.5, "ari_sd": 0.01, "ari_n": 2}])
    >>> answer(frame, "demo", [], metrics=["ari"]).rows
    (('kmeans', '0.500 ± 0.010', 'n/a', '2'),)
    """
    rows = _sorted(frame.to_dict("records"), sort)
    shown = _shown(rows, metrics, sort, wide, labelled)
    ks = [str(_count(row, "n_clusters") or WITHOUT_K) for row in rows]
    k_columns = {"k": ks} if len({*ks} - {WITHOUT_K}) > 1 else {}
    labels = [f"{row['label']} {MARK}" if _has_noise(row) else str(row["label"]) for row in rows]
    columns = [labels, *k_columns.values(), *(_column(rows, each) for each in shown)]
    columns += [[_seconds(row) for row in rows], [_seeds(row) for row in rows]]
    headings = ("Method", *k_columns, *map(_heading, shown), f"Fit seconds{arrow(False)}", "Seeds")
    listed = [*caveats, *([OWN] if any(each.space == "own" for each in shown) else [])]
    return Answer(title, headings, tuple(zip(*columns, strict=True)), tuple(listed), tuple(above), tuple(facts))


def _shown(rows: Sequence[_Row], names: Sequence[str], sort: str | None, wide: bool, labelled: bool) -> list[Metric]:
    """The metrics that have a column."""
    labelled = labelled or any(_summary(row, name).n for row in rows for name in LABELLED[:3])
    usual = (*(LABELLED if labelled else UNLABELLED), *_of_other_tasks(rows))
    chosen = [metric(name) for name in names or usual]
    if sort not in (None, METHOD, SECONDS):
        chosen.append(metric(sort))
    if wide:
        chosen += [each for each in all_metrics() if any(_summary(row, each.name).n for row in rows)]
    return list(dict.fromkeys(chosen))


def _of_other_tasks(rows: Sequence[_Row]) -> list[str]:
    """The metrics that show that a row found another number of clusters than asked for, or left samples out."""
    finished = [row for row in rows if _summary(row, CLUSTERS_FOUND).n]
    another = any(_summary(row, CLUSTERS_FOUND).mean != _count(row, "n_clusters") for row in finished)
    return [CLUSTERS_FOUND] * another + [NOISE] * any(map(_has_noise, rows))


def _has_noise(row: _Row) -> bool:
    return (_summary(row, NOISE).mean or 0) > 0


def _sorted(rows: Sequence[_Row], sort: str | None) -> list[_Row]:
    if sort is None:
        return list(rows)
    if sort == METHOD:
        return sorted(rows, key=lambda row: str(row["label"]).casefold())
    ascending = sort == SECONDS or metric(sort).higher_is_better is False

    def place(row: _Row) -> tuple[bool, float]:
        mean = _summary(row, sort).mean
        return (True, 0.0) if mean is None else (False, mean if ascending else -mean)

    return sorted(rows, key=place)


def _heading(metric: Metric) -> str:
    return heading(metric) + arrow(metric.higher_is_better)


def _column(rows: Sequence[_Row], metric: Metric) -> list[str]:
    summaries = [_summary(row, metric.name) for row in rows]
    digits = decimals(metric, summaries)
    return [mean_sd(summary, digits, _count(row, "n_ok")) for row, summary in zip(rows, summaries, strict=True)]


def _seconds(row: _Row) -> str:
    """Seconds of a fit; a decimal only below 100 s."""
    summary = _summary(row, SECONDS)
    return mean_sd(summary, 1 if summary.mean is not None and summary.mean < 100 else 0, _count(row, "n_ok"))


def _seeds(row: _Row) -> str:
    return seeds_text(*(_count(row, f"n_{status}") for status in ("ok", "failed", "missing")))


def _summary(row: _Row, name: str) -> Summary:
    """The summary of a metric; without values if the table was written before the metric existed."""
    return Summary(_number(row.get(f"{name}_mean")), _number(row.get(f"{name}_sd")), _count(row, f"{name}_n"))


def _count(row: _Row, name: str) -> int:
    return int(_number(row.get(name)) or 0)


def _number(value: object) -> float | None:
    """A number of a frame; None if it is missing. In a frame that was read from a file, numbers are text."""
    if value is None or value == "":
        return None
    number = float(str(value))
    return None if number != number else number  # NaN: pandas marks a missing number with it
