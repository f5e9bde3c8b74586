"""The blocks of table.md with one row per group. Each block has figures of one space only.

If the rows have different numbers of clusters, the second column has them. A row with noise is marked; a line below the
block explains the mark.
"""

from collections.abc import Sequence

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.best import Ranking
from bench.report.column_rankings import rankings_by_metric, rankings_by_seconds
from bench.report.groups import Group, several_k
from bench.report.markdown import escape, joined, table
from bench.report.numbers import CLUSTERS_FOUND, arrow, decimals, mean_sd, number_range
from bench.report.same_task import MARK, NOISE, has_noise
from bench.report.tables.frames import phases
from bench.statistics.summary import Summary

COLLAPSED = "collapsed_own"
"""The metric whose column has the number of seeds."""
NOISE_IN_LABELS = (
    f"{MARK} Some samples are in no cluster; the column Noise has their share. Accuracy counts them as wrong, ARI and "
    "NMI count all of them together as one more cluster. No figure of such a row is bold."
)
NOISE_IN_TIME = f"{MARK} Some samples are in no cluster; the column Noise has their share."
NOISE_IN_INDICES = (
    f"{MARK} These indices leave out the samples that are in no cluster (noise), so they describe a part of the data. "
    "No figure of such a row is bold."
)


def labels_block(groups: Sequence[Group], labelled: bool) -> str:
    """Agreement with the true labels, the number of clusters found, noise if a fit has any, and the seconds of fit."""
    columns = [_metric_column(groups, m) for m in all_metrics() if m.kind == "external" and labelled]
    found = (CLUSTERS_FOUND, *([NOISE] if any(map(has_noise, groups)) else []))
    columns += [_metric_column(groups, m) for m in all_metrics() if m.name in found]
    columns.append(_seconds_column(groups))
    return _block(groups, columns, NOISE_IN_LABELS if labelled else NOISE_IN_TIME)


def reference_block(groups: Sequence[Group]) -> str:
    """Metrics of the reference space, which is the same for all methods; empty if no fit was scored in it."""
    metrics = [m for m in all_metrics() if m.space == "reference"]
    if not any(group.by_seed(m.name) for m in metrics for group in groups):
        return ""
    columns = [_metric_column(groups, m) for m in metrics if _has_column(groups, m)]
    return _block(groups, columns, NOISE_IN_INDICES)


def input_block(groups: Sequence[Group]) -> str:
    """Metrics of the input space, which is the same for all methods."""
    metrics = [m for m in all_metrics() if m.space == "input" and _has_column(groups, m)]
    columns = [_metric_column(groups, m) for m in metrics]
    columns.append(["Prototypes", *(number_range(group.prototypes().values(), "") or "none" for group in groups)])
    return _block(groups, columns, NOISE_IN_INDICES)


def own_block(groups: Sequence[Group]) -> str:
    """Metrics of each method's own space; nothing is bold, because the rows measure different spaces."""
    # A collapsed latent space has no indices.
    is_collapsed = [sum(v > 0 for v in g.by_draw(COLLAPSED).values()) == len(g.ok) > 0 for g in groups]
    columns = []
    for m in (m for m in all_metrics() if m.space == "own" and m.name != COLLAPSED and _has_column(groups, m)):
        header, *cells = _metric_column(groups, m)
        if m.kind == "internal":
            cells = ["collapsed: n/a" if c else cell for cell, c in zip(cells, is_collapsed, strict=True)]
        columns.append([header, *cells])
    columns.append(["Collapsed", *(_collapsed(group) for group in groups)])
    return _block(groups, columns, NOISE_IN_INDICES)


def cost_block(groups: Sequence[Group]) -> str:
    """Metrics that no other block has (sizes of clusters), parameters, iterations, and the seconds of each phase."""
    elsewhere = (CLUSTERS_FOUND, NOISE)
    metrics = [m for m in all_metrics() if m.space is None and m.kind != "external" and m.name not in elsewhere]
    columns = [_metric_column(groups, m) for m in metrics]
    columns.append(["Parameters", *(number_range(r.n_parameters for r in g.fits.values()) for g in groups)])
    columns.append(["Iterations", *(number_range(r.n_iter for r in g.fits.values()) for g in groups)])
    for phase in phases([outcome for group in groups for outcome in group.outcomes]):
        seconds = [group.phase_seconds(phase) for group in groups]
        columns.append([f"{escape(phase)}, s", *("" if s.mean is None else mean_sd(s, 1, s.n) for s in seconds)])
    return _block(groups, columns)


def _has_column(groups: Sequence[Group], metric: Metric) -> bool:
    """Whether the metric has a column: internal metrics always, other metrics only if a group has a value."""
    return metric.kind == "internal" or any(group.by_seed(metric.name) for group in groups)


def _block(groups: Sequence[Group], columns: Sequence[Sequence[str]], explained: str = "") -> str:
    """A table of `columns` between the labels and the seeds. `explained`: the line for marked rows; else no marks."""
    marks = [f" {MARK}" if explained and has_noise(group) else "" for group in groups]
    first = ["Method", *(escape(group.label) + mark for group, mark in zip(groups, marks, strict=True))]
    ks = [["k", *(str(group.cell.n_clusters or "none") for group in groups)]] if several_k(groups) else []
    seeds = ["Seeds", *(group.seeds_text() for group in groups)]
    header, *rows = zip(first, *ks, *columns, seeds, strict=True)
    return joined([table(header, rows), *([explained] if any(marks) else [])])


def _metric_column(groups: Sequence[Group], metric: Metric) -> list[str]:
    summaries = [group.summary(metric.name) for group in groups]
    digits = decimals(metric, summaries)
    column = _column(escape(metric.label), groups, summaries, digits, metric.higher_is_better)
    return _with_bold(column, rankings_by_metric(groups, metric))


def _seconds_column(groups: Sequence[Group]) -> list[str]:
    seconds = [group.fit_seconds() for group in groups]
    return _with_bold(_column("Fit seconds", groups, seconds, 1, False), rankings_by_seconds(groups))


def _column(
    label: str, groups: Sequence[Group], summaries: Sequence[Summary], digits: int, better: bool | None
) -> list[str]:
    cells = [mean_sd(s, digits, len(group.ok)) for s, group in zip(summaries, groups, strict=True)]
    return [label + arrow(better), *cells]


def _with_bold(column: Sequence[str], found: Sequence[Ranking]) -> list[str]:
    """A column with the best rows of each ranking, and those that cannot be told apart from them, in bold."""
    header, *cells = column
    best = {row for ranking in found for row in ranking.equals}
    return [header, *(f"**{cell}**" if row in best else cell for row, cell in enumerate(cells))]


def _collapsed(group: Group) -> str:
    """Number of seeds whose latent codes collapsed; a dash for a method without latent codes."""
    flags = group.by_draw(COLLAPSED).values()
    if not flags:
        return "–"
    collapsed = sum(flag > 0 for flag in flags)
    return f"{collapsed} of {len(flags)}" if collapsed else "no"
