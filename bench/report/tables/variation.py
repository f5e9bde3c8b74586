"""Where the variation of a row on subsamples comes from: from the seeds, or from the samples."""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean, variance

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.groups import Draw, Group
from bench.report.markdown import escape, joined, table
from bench.report.numbers import NOT_AVAILABLE, number

COLUMNS = ("Metric", "Method", "Mean", "sd of the seeds", "sd of the samples", "Seeds")


def variation_block(groups: Sequence[Group], labelled: bool) -> str:
    """One line for each metric and each row with subsamples; empty without such a row.

    The metrics are those of the true labels or, without labels, the indices of the input space.
    """
    rows = []
    for metric in all_metrics():
        shown = metric.kind == "external" if labelled else metric.kind == "internal" and metric.space == "input"
        if shown:
            rows += [_row(metric, group) for group in groups if group.n_subsamples and group.by_draw(metric.name)]
    return joined([table(COLUMNS, rows, left=2)]) if rows else ""


def _row(metric: Metric, group: Group) -> list[str]:
    values, digits = group.by_draw(metric.name), metric.decimals + 1
    means = number(group.summary(metric.name).mean, metric.decimals)
    spreads = [number(sd, digits) if sd is not None else NOT_AVAILABLE for sd in spreads_of(values)]
    return [escape(metric.label), escape(group.label), means, *spreads, group.seeds_text()]


def spreads_of(values: Mapping[Draw, float]) -> tuple[float | None, float | None]:
    """The standard deviation over seeds of fits on one subsample, and the one that the samples add to it.

    `values` has a value for each seed and subsample. The model is a random effect of the subsample and, within it, one
    of the seed, estimated by the analysis of variance (Searle, Casella & McCulloch 1992, section 3.5): the variance of
    the subsamples' means, less the part of it that the seeds cause; 0 if the seeds cause all of it. Both are None if no
    subsample has two values, and the second one also if there is only one subsample.

    >>> spreads_of({(0, 0): 1.0, (1, 0): 3.0, (0, 1): 6.0, (1, 1): 8.0})
    (1.4142135623730951, 3.391164991562634)
    """
    by_subsample: dict[int, list[float]] = {}
    for (_, subsample), value in values.items():
        by_subsample.setdefault(subsample, []).append(value)
    samples = list(by_subsample.values())
    within = [variance(several) for several in samples if len(several) > 1]
    if not within:
        return None, None
    of_seeds = fmean(within)
    if len(samples) < 2:
        return sqrt(of_seeds), None
    of_means = variance([fmean(several) for several in samples])
    by_seeds = of_seeds * fmean([1 / len(several) for several in samples])
    return sqrt(of_seeds), sqrt(max(0.0, of_means - by_seeds))
