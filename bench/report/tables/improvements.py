"""The improvements of DEC over the baselines, as blocks of table.md and as rows of improvements.csv."""

from collections.abc import Sequence
from typing import get_args

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.groups import DEC, Group
from bench.report.improvement import Comparison, MetricComparisons, Spaces, baselines_of, improvements
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, arrow, difference, heading, number
from bench.report.tables.frames import frame


def improvement_block(groups: Sequence[Group], spaces: Spaces) -> str:
    """One table per group of DEC, with a heading if there are several; empty without DEC or without baselines."""
    dec = [group for group in groups if group.cell.method == DEC]
    if not any(baselines_of(new, groups) for new in dec):
        return ""
    parts = []
    for new in dec:
        if len(dec) > 1:
            parts.append(f"### {escape(new.label)}")
        rows = improvements(new, groups, spaces)
        nothing = "Nothing to compare: DEC and its baselines have no metric in common."
        parts.append(_table(new, rows) if rows else nothing)
    return "\n\n".join(parts)


def improvements_frame(groups: Sequence[Group], dataset: str) -> pd.DataFrame:
    """One row per group of DEC, metric and baseline; `spaces` is `same` or `different`."""
    rows: list[dict[str, object]] = []
    cells = []
    for new in (group for group in groups if group.cell.method == DEC):
        for spaces in get_args(Spaces):
            for compared in improvements(new, groups, spaces):
                rows += [_csv_row(new, c, dataset, spaces, c is compared.best) for c in compared.comparisons]
                cells += [new.cell] * len(compared.comparisons)
    return frame(rows, cells) if rows else pd.DataFrame(columns=list(CSV_COLUMNS))


CSV_COLUMNS = (
    *("label", "method", "dataset", "preset", "latent_dim", "n_clusters"),
    *("baseline", "metric", "spaces", "new", "base"),
    *("difference", "difference_sd", "n_pairs", "improvement_percent"),
    *("best", "why_none"),
)


def _csv_row(new: Group, compared: Comparison, dataset: str, spaces: Spaces, best: bool) -> dict[str, object]:
    cell = new.cell
    values = (
        *(new.label, cell.method, dataset, cell.preset, cell.latent_dim, cell.n_clusters),
        *(compared.baseline, compared.metric, spaces, compared.new, compared.base),
        *(compared.difference.mean, compared.difference.sd, compared.difference.n, compared.percent),
        *("yes" if best else "", compared.why_none),
    )
    return dict(zip(CSV_COLUMNS, values, strict=True))


def _table(new: Group, rows: Sequence[MetricComparisons]) -> str:
    header = ["Metric", "Baseline", f"{escape(new.label)} mean", "Baseline mean", "Difference (paired)", "Pairs"]
    header += ["Improvement, %", "Best improvement, %"]
    return table(header, [line for compared in rows for line in _lines(compared)], left=2)


def _lines(compared: MetricComparisons) -> list[list[str]]:
    declared = metric(compared.metric)
    digits = declared.decimals
    best = compared.best
    best_text = NOT_AVAILABLE if best is None else f"{best.percent:.1f} (vs. {escape(best.baseline)})"
    lines: list[list[str]] = []
    for c in compared.comparisons:
        names = [escape(heading(declared)) + arrow(declared.higher_is_better), escape(c.baseline)]
        values = [number(c.new, digits), number(c.base, digits), difference(c.difference, digits), str(c.difference.n)]
        percent = f"{c.percent:.1f}" if c.percent is not None else f"{NOT_AVAILABLE} ({c.why_none})"
        lines.append([*names, *values, percent, "" if lines else best_text])
    return lines
