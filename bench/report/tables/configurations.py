"""Configurations of one method compared with the first configuration: the effect of each setting."""

from collections.abc import Sequence

from bench.metrics.declarations import METRICS, Metric
from bench.report.groups import Group
from bench.report.markdown import escape, table
from bench.report.numbers import arrow, difference, mean_sd
from bench.report.statistics import paired_difference


def configurations_block(groups: Sequence[Group]) -> str:
    """One table per method with several comparable configurations; empty if there is no such method.

    A table has the agreement with the true labels and the seconds of fit. The first row has means; each other row has
    differences from the first row, over the seeds that both rows have.
    """
    by_method: dict[str, list[Group]] = {}
    for group in groups:
        by_method.setdefault(group.cell.method, []).append(group)
    parts = []
    for first, *others in by_method.values():
        comparable = [other for other in others if _comparable(first, other)]
        if comparable and any(first.by_seed(metric.name) for metric in _external()):
            parts.append(_table(first, comparable))
    return "\n\n".join(parts)


def _external() -> list[Metric]:
    return [metric for metric in METRICS if metric.kind == "external"]


def _comparable(first: Group, other: Group) -> bool:
    """Whether both groups have the same number of clusters and, seed by seed, the same samples."""
    return (first.cell.n_clusters, first.cell.folds) == (other.cell.n_clusters, other.cell.folds)


def _table(first: Group, others: Sequence[Group]) -> str:
    metrics = _external()
    header = ["Configuration", *(m.label + arrow(m.higher_is_better) for m in metrics), "Fit seconds ↓", "Pairs"]
    expected = len(first.ok)
    means = [mean_sd(first.summary(m.name), m.decimals, expected) for m in metrics]
    rows = [[escape(first.label), *means, mean_sd(first.fit_seconds(), 1, expected), ""]]
    for other in others:
        differences = [paired_difference(other.by_seed(m.name), first.by_seed(m.name)) for m in metrics]
        seconds = paired_difference(other.seconds_by_seed(), first.seconds_by_seed())
        rows.append(
            [
                escape(other.label),
                *(difference(value, m.decimals) for value, m in zip(differences, metrics, strict=True)),
                difference(seconds, 1),
                str(seconds.n),
            ]
        )
    return table(header, rows)
