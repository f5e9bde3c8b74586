"""The blocks of table.md with one row per group. Each block has figures of one space only.

If the rows have different numbers of clusters, the second column has them.
"""

from collections.abc import Sequence

from bench.metrics.declarations import METRICS, Metric
from bench.report.groups import Group, several_k
from bench.report.markdown import escape, table
from bench.report.numbers import CLUSTERS_FOUND, arrow, decimals, mean_sd, number_range
from bench.report.statistics import Summary
from bench.report.tables.caveats import NOISE
from bench.report.tables.frames import phases

COLLAPSED = "collapsed_own"
"""The metric whose column has the number of seeds."""


def labels_block(groups: Sequence[Group], labelled: bool) -> str:
    """Agreement with the true labels, the number of clusters found, and the seconds of fit."""
    columns = [_metric_column(groups, m, bold=True) for m in METRICS if m.kind == "external" and labelled]
    columns += [_metric_column(groups, m, bold=False) for m in METRICS if m.name == CLUSTERS_FOUND]
    # Seconds on different devices compare machines, not methods: then no value is bold.
    one_device = len({record.device for group in groups for record in group.records.values()}) == 1
    seconds = [group.fit_seconds() for group in groups]
    columns.append(_column("Fit seconds", groups, seconds, 1, False, one_device))
    return _block(groups, columns)


def input_block(groups: Sequence[Group]) -> str:
    """Metrics of the input space, which is the same for all methods."""
    equal_counts = equal_prototypes(groups)
    metrics = [m for m in METRICS if m.space == "input" and _has_column(groups, m)]
    # With different numbers of prototypes, no quantization error is bold.
    columns = [_metric_column(groups, m, bold=m.kind != "quantization" or equal_counts) for m in metrics]
    columns.append(["Prototypes", *(number_range(group.prototypes().values(), "") or "none" for group in groups)])
    return _block(groups, columns)


def own_block(groups: Sequence[Group]) -> str:
    """Metrics of each method's own space; nothing is bold, because the rows measure different spaces."""
    # A collapsed latent space has no indices.
    is_collapsed = [sum(v > 0 for v in g.by_seed(COLLAPSED).values()) == len(g.ok) > 0 for g in groups]
    columns = []
    for m in (m for m in METRICS if m.space == "own" and m.name != COLLAPSED and _has_column(groups, m)):
        header, *cells = _metric_column(groups, m, bold=False)
        if m.kind == "internal":
            cells = ["collapsed: n/a" if c else cell for cell, c in zip(cells, is_collapsed, strict=True)]
        columns.append([header, *cells])
    columns.append(["Collapsed", *(_collapsed(group) for group in groups)])
    return _block(groups, columns)


def cost_block(groups: Sequence[Group]) -> str:
    """Metrics that no other block has (sizes of clusters), parameters, iterations, and the seconds of each phase."""
    metrics = [m for m in METRICS if m.space is None and m.kind != "external" and m.name != CLUSTERS_FOUND]
    metrics = [m for m in metrics if m.name != NOISE or any(map(has_noise, groups))]
    columns = [_metric_column(groups, m, bold=False) for m in metrics]
    columns.append(["Parameters", *(number_range(r.n_parameters for r in g.records.values()) for g in groups)])
    columns.append(["Iterations", *(number_range(r.n_iter for r in g.records.values()) for g in groups)])
    for phase in phases([outcome for group in groups for outcome in group.outcomes]):
        seconds = [group.phase_seconds(phase) for group in groups]
        columns.append([f"{escape(phase)}, s", *("" if s.mean is None else mean_sd(s, 1, s.n) for s in seconds)])
    return _block(groups, columns)


def has_noise(group: Group) -> bool:
    """Whether a fit of the group leaves samples without a cluster."""
    return any(share > 0 for share in group.by_seed(NOISE).values())


def _has_column(groups: Sequence[Group], metric: Metric) -> bool:
    """Whether the metric has a column: internal metrics always, other metrics only if a group has a value."""
    return metric.kind == "internal" or any(group.by_seed(metric.name) for group in groups)


def _block(groups: Sequence[Group], columns: Sequence[Sequence[str]]) -> str:
    first = ["Method", *(escape(group.label) for group in groups)]
    ks = [["k", *(str(group.cell.n_clusters or "none") for group in groups)]] if several_k(groups) else []
    seeds = ["Seeds", *(group.seeds_text() for group in groups)]
    header, *rows = zip(first, *ks, *columns, seeds, strict=True)
    return table(header, rows)


def _metric_column(groups: Sequence[Group], metric: Metric, bold: bool) -> list[str]:
    summaries = [group.summary(metric.name) for group in groups]
    digits = decimals(metric, summaries)
    better = metric.higher_is_better
    return _column(metric.label, groups, summaries, digits, better, bold, across_k=metric.comparable_across_k)


def _column(
    label: str,
    groups: Sequence[Group],
    summaries: Sequence[Summary],
    digits: int,
    better: bool | None,
    bold: bool,
    across_k: bool = False,
) -> list[str]:
    """A column. With `bold`, its best value is bold; only groups with all seeds and all samples take part.

    Unless the values are comparable across numbers of clusters, the best value among the rows of each number is bold.
    """
    cells = [mean_sd(s, digits, len(group.ok)) for s, group in zip(summaries, groups, strict=True)]
    printed = comparable(summaries, groups, digits)
    counts = [0 if across_k else group.cell.n_clusters for group in groups]
    for count in dict.fromkeys(counts):
        means = {mean for mean, k in zip(printed, counts, strict=True) if k == count and mean is not None}
        if bold and better is not None and len(means) > 1:
            best = max(means) if better else min(means)
            is_best = [k == count and mean == best for mean, k in zip(printed, counts, strict=True)]
            cells = [f"**{cell}**" if mark else cell for cell, mark in zip(cells, is_best, strict=True)]
    return [label + arrow(better), *cells]


def comparable(summaries: Sequence[Summary], groups: Sequence[Group], digits: int) -> list[float | None]:
    """The means as printed, which may be bold and have a rank: values that print alike are equal.

    None for a group that lacks seeds, or that has samples without a cluster.
    """
    return [
        round(s.mean, digits) if s.mean is not None and s.n == len(group.outcomes) and not has_noise(group) else None
        for s, group in zip(summaries, groups, strict=True)
    ]


def equal_prototypes(groups: Sequence[Group]) -> bool:
    """Whether all groups with prototypes have the same number: quantization errors fall as the number grows."""
    return len({count for group in groups for count in group.prototypes().values()}) == 1


def _collapsed(group: Group) -> str:
    """Number of seeds whose latent codes collapsed; a dash for a method without latent codes."""
    flags = group.by_seed(COLLAPSED).values()
    if not flags:
        return "–"
    collapsed = sum(flag > 0 for flag in flags)
    return f"{collapsed} of {len(flags)}" if collapsed else "no"
