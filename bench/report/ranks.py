"""Ranks of rows over several data sets, in one metric that measures all methods alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from bench.metrics.metric import Metric
from bench.report.best import best_rows
from bench.report.column_rankings import equal_prototypes
from bench.report.groups import Group, several_k
from bench.report.numbers import decimals, heading
from bench.report.same_task import has_noise, is_whole, k_of_scores
from bench.report.sets_view import SetResults, SetsView


@dataclass(frozen=True)
class Ranking:
    """The ranks of all rows in one metric. Rank 1 is best; equal values as printed share the mean of their ranks."""

    metric: Metric
    ranks: Mapping[str, Mapping[str, float]]
    """By title of the data set, by label. Empty for a data set on which fewer than two rows can be compared."""
    winners: Mapping[str, Sequence[str]]
    """By title of the data set: the rows with the best value. Empty if all values are equal."""
    best: Mapping[str, frozenset[str]]
    """By title of the data set: the row with the best value, and those that cannot be told apart from it."""
    values: Mapping[str, Mapping[str, float]]
    """As `ranks`: the values that are compared."""
    reasons: Sequence[str]
    """One sentence for each data set or row that is not ranked in this metric for a reason of its own."""

    @cached_property
    def n_sets(self) -> int:
        """Number of data sets on which rows are ranked."""
        return sum(bool(ranks) for ranks in self.ranks.values())

    def of(self, label: str) -> list[float]:
        """The ranks of a row on the data sets on which it is ranked."""
        return [ranks[label] for ranks in self.ranks.values() if label in ranks]

    def mean(self, label: str) -> float | None:
        """The mean rank of a row; None if it is ranked on no data set."""
        ranks = self.of(label)
        return fmean(ranks) if ranks else None

    def won(self, label: str) -> int:
        """Number of data sets on which the row has the best value."""
        return sum(label in winners for winners in self.winners.values())


def rankings(view: SetsView) -> list[Ranking]:
    """One ranking for each metric in which rows are ranked on at least one data set."""
    made = [ranking(view, metric) for metric in view.ranked_metrics]
    return [each for each in made if each.n_sets]


def ranking(view: SetsView, metric: Metric) -> Ranking:
    """The ranks of all rows in one metric."""
    values = {each.title: _values(each, metric) for each in view.sets}
    reasons = [reason for each in view.sets for reason in _reasons(each, metric, values[each.title])]
    # A rank among fewer than two rows means nothing.
    values = {title: each if len(each) > 1 else {} for title, each in values.items()}
    ranks = {title: _ranks(each, metric.higher_is_better is True) for title, each in values.items()}
    winners = {title: _winners(each, metric.higher_is_better is True) for title, each in values.items()}
    best = {each.title: _best(each, metric, list(values[each.title])) for each in view.sets}
    return Ranking(metric, ranks, winners, best, values, reasons)


def _values(results: SetResults, metric: Metric) -> dict[str, float]:
    """The means as printed of the rows that can be compared on a data set."""
    groups = list(results.groups.values())
    if (metric.kind == "quantization" and not equal_prototypes(groups)) or _mixes_k(groups, metric):
        return {}
    digits = _digits(results, metric)
    values = {}
    for label, group in results.groups.items():
        summary = group.summary(metric.name)
        has_k = metric.comparable_across_k or k_of_scores(group) is not None
        if summary.mean is not None and is_whole(group, summary) and has_k:
            values[label] = round(summary.mean, digits)
    return values


def _best(results: SetResults, metric: Metric, labels: Sequence[str]) -> frozenset[str]:
    """The best row among these and those that cannot be told apart from it over the seeds."""
    shown, groups = list(results.groups), list(results.groups.values())
    values = [group.by_seed(metric.name) for group in groups]
    rows = best_rows(groups, values, metric.higher_is_better is True, [0 if each in labels else None for each in shown])
    return frozenset(shown[row] for row in rows)


def _digits(results: SetResults, metric: Metric) -> int:
    return decimals(metric, [group.summary(metric.name) for group in results.groups.values()])


def _mixes_k(groups: Sequence[Group], metric: Metric) -> bool:
    """Whether the rows with a value were asked for different numbers of clusters, with which it grows or shrinks."""
    return not metric.comparable_across_k and several_k([each for each in groups if each.by_seed(metric.name)])


def _reasons(results: SetResults, metric: Metric, values: Mapping[str, float]) -> list[str]:
    """Why rows that have a value of this metric are not ranked, if the reason is not one of all metrics."""
    groups = {label: group for label, group in results.groups.items() if group.summary(metric.name).n}
    if metric.kind == "quantization" and len(groups) > 1 and not values:
        return [f"{heading(metric)} is not ranked on {results.title}: the numbers of prototypes differ."]
    if _mixes_k(list(groups.values()), metric):
        return [f"{heading(metric)} is not ranked on {results.title}: the numbers of clusters differ."]
    lines = []
    for label, group in groups.items():
        if label in values or has_noise(group) or results.missing(label):
            continue
        n, n_ok = group.summary(metric.name).n, len(group.ok)
        reason = (
            f"{n} of {n_ok} seeds {'has' if n == 1 else 'have'} a value"
            if n < n_ok
            else "it has more clusters than asked for, or gets no number"
        )
        lines.append(f"{label} is not ranked on {results.title} in {heading(metric)}: {reason}.")
    return lines


def _ranks(values: Mapping[str, float], higher_is_better: bool) -> dict[str, float]:
    """The rank of each value; equal values share the mean of their ranks.

    >>> _ranks({"a": 0.5, "b": 0.9, "c": 0.5}, True)
    {'a': 2.5, 'b': 1.0, 'c': 2.5}
    """
    ordered = sorted(values.values(), reverse=higher_is_better)
    return {label: ordered.index(value) + (ordered.count(value) + 1) / 2 for label, value in values.items()}


def _winners(values: Mapping[str, float], higher_is_better: bool) -> list[str]:
    if len(set(values.values())) < 2:
        return []
    best = (max if higher_is_better else min)(values.values())
    return [label for label, value in values.items() if value == best]


def not_ranked(view: SetsView) -> list[str]:
    """One sentence for each row and data set, or data set and metric, that has no rank, with the reason."""
    titles: dict[tuple[str, str], list[str]] = {}
    """By row and reason: the data sets."""
    for results in view.sets:
        for label in view.labels:
            if reason := results.missing(label):
                titles.setdefault((label, reason.rstrip(".")), []).append(results.title)
            elif has_noise(results.groups[label]):
                titles.setdefault((label, "it leaves samples in no cluster"), []).append(results.title)
    lines = [f"{label} is not ranked on {', '.join(names)}: {reason}." for (label, reason), names in titles.items()]
    if unlabelled := [each.title for each in view.sets if each.entry.data.class_names is None]:
        lines.append(f"No rank in accuracy, ARI and NMI rests on {', '.join(unlabelled)}: there are no true labels.")
    compared = [each for each in view.ranked_metrics if _is_compared(view, each)]
    return [*lines, *(reason for each in compared for reason in ranking(view, each).reasons)]


def _is_compared(view: SetsView, metric: Metric) -> bool:
    """Whether at least two rows have a value on one data set, ranked or not."""
    return any(sum(bool(group.by_seed(metric.name)) for group in each.groups.values()) > 1 for each in view.sets)
