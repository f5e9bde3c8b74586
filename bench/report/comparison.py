"""Pairs of rows compared over their seeds: the difference of each metric, and why a pair has none."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.metrics.metric import Metric
from bench.report.improvement import comparable_metrics
from bench.report.numbers import heading
from bench.report.pairs import difference_of
from bench.report.row_pairs import RowPair
from bench.report.same_task import has_noise, k_of_scores
from bench.statistics.differences import Difference
from bench.statistics.families import Verdict, corrected, verdicts
from bench.statistics.intervals import NO_INTERVAL


@dataclass(frozen=True)
class ComparedPair:
    """One metric of a pair of rows."""

    metric: Metric
    pair: RowPair
    difference: Difference
    p: float | None
    """Corrected for all pairs of the comparison (Holm)."""
    verdict: Verdict


def compared(pairs: Sequence[RowPair]) -> list[ComparedPair]:
    """Every metric that measures all methods alike, for every pair in which both rows have values."""
    found = []
    for metric in comparable_metrics():
        family = {
            str(number): difference_of(
                pair.new, pair.base, (pair.new.by_seed(metric.name), pair.base.by_seed(metric.name)), metric.name
            )
            for number, pair in enumerate(pairs)
            if _have_values(metric, pair) and not _unlike(metric, pair)
        }
        ps, judged = corrected(family), verdicts(family)
        found += [
            ComparedPair(metric, pairs[int(number)], each, ps[number], judged[number])
            for number, each in family.items()
        ]
    return found


def not_compared(pairs: Sequence[RowPair]) -> list[str]:
    """One sentence for each reason for which pairs with values are not compared in a metric."""
    metrics: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    """By reason and titles of the pairs: the metrics."""
    for metric in comparable_metrics():
        titles: dict[str, list[str]] = {}
        for pair in pairs:
            if _have_values(metric, pair) and (reason := _unlike(metric, pair)):
                titles.setdefault(reason, []).append(pair.title)
        for reason, several in titles.items():
            metrics.setdefault((reason, tuple(several)), []).append(heading(metric))
    return [
        f"Not compared in {', '.join(names)}, because {reason}: {'; '.join(titles)}."
        for (reason, titles), names in metrics.items()
    ]


def _have_values(metric: Metric, pair: RowPair) -> bool:
    return all(row.by_seed(metric.name) for row in (pair.new, pair.base))


def _unlike(metric: Metric, pair: RowPair) -> str:
    """Why the values of a metric of two rows cannot be compared, in a few words; empty if they can."""
    rows = (pair.new, pair.base)
    one, other = pair.new.cell, pair.base.cell
    if (one.folds, one.is_subsampled) != (other.folds, other.is_subsampled):
        return "the fits label different samples"
    if metric.kind == "quantization" and len({count for row in rows for count in row.prototypes().values()}) != 1:
        return "the numbers of prototypes differ"
    if metric.kind != "external" and any(map(has_noise, rows)):
        return "the index leaves out the noise of one row"
    ks = set(map(k_of_scores, rows))
    if not metric.comparable_across_k and (len(ks) > 1 or None in ks):
        return "the numbers of clusters differ"
    return ""


def comparison_frame(found: Sequence[ComparedPair]) -> pd.DataFrame:
    """One row for each metric and pair."""
    rows = []
    for each in found:
        apart = each.difference
        low, high, kind = NO_INTERVAL if apart.interval is None else apart.interval.columns
        rows.append(
            {
                "metric": each.metric.name,
                "new": each.pair.new_title,
                "base": each.pair.base_title,
                "difference": apart.summary.mean,
                "low": low,
                "high": high,
                "interval": kind,
                "pairing": apart.pairing,
                "n_new": apart.n[0],
                "n_base": apart.n[1],
                "p": apart.p,
                "p_corrected": each.p,
                "p_ranks": apart.p_ranks,
                "probability_higher": apart.improvement,
                "verdict": each.verdict,
            }
        )
    return pd.DataFrame(rows, dtype=object)
