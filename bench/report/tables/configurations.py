"""Configurations of one method beside the first of them: what each parameter buys."""

from collections.abc import Sequence

from bench.metrics.declarations import METRICS
from bench.report.groups import Group
from bench.report.markdown import escape, table
from bench.report.numbers import arrow, difference, mean_sd
from bench.report.statistics import paired_difference

EXTERNAL = [metric for metric in METRICS if metric.kind == "external"]


def configurations_block(groups: Sequence[Group]) -> str:
    """A table for each method of several configurations that can be compared; empty without any.

    Agreement with the true labels and seconds: of the first configuration as they are, of each other as the difference
    from it, over the seeds that both have.
    """
    by_method: dict[str, list[Group]] = {}
    for group in groups:
        by_method.setdefault(group.cell.method, []).append(group)
    parts = []
    for first, *others in by_method.values():
        alike = [other for other in others if _comparable(first, other)]
        if alike and any(first.by_seed(metric.name) for metric in EXTERNAL):
            parts.append(_table(first, alike))
    return "\n\n".join(parts)


def _comparable(first: Group, other: Group) -> bool:
    """Whether both looked for as many clusters, and seed by seed in the same samples."""
    return (first.cell.n_clusters, first.cell.folds) == (other.cell.n_clusters, other.cell.folds)


def _table(first: Group, others: Sequence[Group]) -> str:
    header = ["Configuration", *(m.label + arrow(m.higher_is_better) for m in EXTERNAL), "Fit seconds ↓", "Pairs"]
    expected = len(first.ok)
    means = [mean_sd(first.summary(m.name), m.decimals, expected) for m in EXTERNAL]
    rows = [[escape(first.label), *means, mean_sd(first.fit_seconds(), 1, expected), ""]]
    for other in others:
        differences = [paired_difference(other.by_seed(m.name), first.by_seed(m.name)) for m in EXTERNAL]
        seconds = paired_difference(other.seconds_by_seed(), first.seconds_by_seed())
        rows.append(
            [
                escape(other.label),
                *(difference(found, m.decimals) for found, m in zip(differences, EXTERNAL, strict=True)),
                difference(seconds, 1),
                str(seconds.n),
            ]
        )
    return table(header, rows)
