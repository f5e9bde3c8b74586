"""Configurations of one method compared with the first configuration: the effect of each setting."""

from collections.abc import Sequence

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.groups import Group
from bench.report.markdown import escape, joined, table
from bench.report.numbers import arrow, mean_sd, with_interval
from bench.report.pairs import difference_of, difference_of_seconds
from bench.report.tables.improvements import pairing_text
from bench.statistics.differences import Difference


def configurations_block(groups: Sequence[Group]) -> str:
    """One table per method with several comparable configurations; empty if there is no such method.

    A table has the agreement with the true labels and the seconds of fit. The first row has means; each other row has
    differences from the first row with their intervals.
    """
    metrics = [metric for metric in all_metrics() if metric.kind == "external"]
    parts = []
    # Comparable groups have the same number of clusters and, seed by seed, the same samples.
    comparable: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        cell = group.cell
        comparable.setdefault((cell.method, cell.n_clusters, cell.folds, cell.is_subsampled), []).append(group)
    for first, *others in comparable.values():
        if others and any(first.by_seed(metric.name) for metric in metrics):
            parts.append(_table(first, others, metrics))
    return joined(parts)


def _table(first: Group, others: Sequence[Group], metrics: Sequence[Metric]) -> str:
    header = [
        "Configuration",
        *(escape(m.label) + arrow(m.higher_is_better) for m in metrics),
        "Fit seconds ↓",
        "Compared",
    ]
    expected = len(first.ok)
    means = [mean_sd(first.summary(m.name), m.decimals, expected) for m in metrics]
    rows = [[escape(first.label), *means, mean_sd(first.fit_seconds(), 1, expected), ""]]
    for other in others:
        apart = [(_difference(other, first, m.name), m.decimals) for m in metrics]
        apart.append((difference_of_seconds(other, first, (other.seconds_by_seed(), first.seconds_by_seed())), 1))
        texts = [with_interval(each.summary.mean, each.interval, digits) for each, digits in apart]
        scores = apart[0][0]
        rows.append([escape(other.label), *texts, pairing_text(scores)])
    return table(header, rows)


def _difference(other: Group, first: Group, name: str) -> Difference:
    return difference_of(other, first, (other.by_seed(name), first.by_seed(name)), name)
