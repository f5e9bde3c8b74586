"""The tables over several data sets as plain text: mean ranks, and one metric on each data set."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.metrics.metric import Metric
from bench.report.best import best_rows
from bench.report.friedman import friedman
from bench.report.groups import Group
from bench.report.numbers import NOT_AVAILABLE, decimals, heading, mean_sd, number
from bench.report.pairs import difference_of_seconds
from bench.report.ranks import Ranking, ranking
from bench.report.same_task import has_noise, k_of_seconds
from bench.report.sets_view import SetResults, SetsView
from bench.statistics.summary import Summary

NOTHING = "–"
RANK_DIGITS = 2
RANKS = (
    "Mean rank over the data sets, 1 is best. In brackets, on how many of the data sets on which the row is ranked it "
    "has the best value."
)
"""Explains a mean rank in a table."""


@dataclass(frozen=True)
class PlainTable:
    """A table as plain text; the first column has the labels of the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    best: frozenset[tuple[int, int]] = frozenset()
    """Row and column, from 0, of each value that is better than the next of its column by more than chance."""


def rank_table(view: SetsView, made: Sequence[Ranking]) -> PlainTable:
    """One column for each metric with the mean rank of each row; `RANKS` explains it.

    Best are the best mean rank and those that Nemenyi's test cannot tell apart from it.
    """
    columns = [[_rank_text(each, label) for label in view.labels] for each in made]
    tests = [friedman(each, view.labels) for each in made]
    best = {
        (list(view.labels).index(label), column)
        for column, test in enumerate(tests, start=1)
        if test is not None
        for label in test.best
    }
    return _table(view, [heading(each.metric) for each in made], columns, best)


def _rank_text(made: Ranking, label: str) -> str:
    mean = made.mean(label)
    if mean is None:
        return NOTHING
    return f"{number(mean, RANK_DIGITS)} ({made.won(label)}/{len(made.of(label))})"


def metric_table(view: SetsView, metric: Metric) -> PlainTable:
    """One column for each data set: mean ± standard deviation over seeds; then the mean rank, if rows are ranked."""
    made = ranking(view, metric) if metric in view.ranked_metrics else None
    columns = []
    best: set[tuple[int, int]] = set()
    for column, results in enumerate(view.sets, start=1):
        summaries = {label: group.summary(metric.name) for label, group in results.groups.items()}
        digits = decimals(metric, list(summaries.values()))
        columns.append([_value(results, label, summaries.get(label), digits) for label in view.labels])
        if made is not None:
            best |= {(row, column) for row, label in enumerate(view.labels) if label in made.best[results.title]}
    titles = [each.title for each in view.sets]
    if made is not None and made.n_sets:
        columns.append([_rank_text(made, label) for label in view.labels])
        titles.append("Mean rank")
    return _table(view, titles, columns, best)


def seconds_table(view: SetsView) -> PlainTable:
    """One column for each data set: seconds of a fit.

    The shortest time among the rows with one number of clusters can be best, if all fits used one device.
    """
    columns = []
    best: set[tuple[int, int]] = set()
    for column, results in enumerate(view.sets, start=1):
        groups, labels = list(results.groups.values()), list(results.groups)
        summaries = {label: group.fit_seconds() for label, group in results.groups.items()}
        columns.append([_value(results, label, summaries.get(label), 1) for label in view.labels])
        if len(_devices(groups)) == 1:
            seconds = [group.seconds_by_seed() for group in groups]
            fastest = best_rows(
                groups, seconds, False, [k_of_seconds(group) for group in groups], difference_of_seconds
            )
            best |= {(list(view.labels).index(labels[row]), column) for row in fastest}
    return _table(view, [each.title for each in view.sets], columns, best)


def _devices(groups: Sequence[Group]) -> set[str | None]:
    return {record.device for group in groups for record in group.records.values()}


def _value(results: SetResults, label: str, summary: Summary | None, digits: int) -> str:
    """The value of a row on a data set; in brackets, what makes it incomplete."""
    if summary is None:
        return "refused" if label in results.refused else NOTHING
    group = results.groups[label]
    if not group.ok:
        return "failed" if group.count("failed") else "missing"
    text = mean_sd(summary, digits, len(group.ok))
    marks = [f"{len(group.ok)} of {len(group.outcomes)} seeds"] * (len(group.ok) < len(group.outcomes))
    marks += ["noise"] * has_noise(group)
    return f"{text} ({', '.join(marks)})" if marks and text != NOT_AVAILABLE else text


def _table(
    view: SetsView, titles: Sequence[str], columns: Sequence[Sequence[str]], best: set[tuple[int, int]]
) -> PlainTable:
    """The columns between one with the labels of the rows and one with the number of finished cells of each row."""
    cells = [_cells(view, label) for label in view.labels]
    rows = tuple(zip(view.labels, *columns, cells, strict=True))
    return PlainTable(("Method", *titles, "Cells"), rows, frozenset(best))


def _cells(view: SetsView, label: str) -> str:
    groups = [results.groups[label] for results in view.sets if label in results.groups]
    n_ok, n = sum(len(group.ok) for group in groups), sum(len(group.outcomes) for group in groups)
    return str(n) if n_ok == n else f"{n_ok} of {n}"
