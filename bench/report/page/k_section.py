"""Indices and the stability over seeds against the number of clusters, from k.csv."""

from collections.abc import Mapping
from typing import Any

from bench.metrics.declarations import all_metrics
from bench.report.k_curves import COLUMNS, PAIRS, STABILITY
from bench.report.numbers import arrow, heading, mean_sd
from bench.report.page.blocks import Block, Field, Shown, Table, Text
from bench.report.page.csv_table import csv_rows, number_or_none
from bench.report.page.view import PageView
from bench.statistics.summary import Summary

EXPLAINED = "The true labels are not used. The input space is the same for all methods and all numbers of clusters."
STABLE = (
    "Stability is the mean adjusted Rand index over the pairs of seeds of one row: 1 if all find the same clusters."
)


def section(view: PageView) -> dict[str, Any] | None:
    """The figure, then one table for each metric; None without a k.csv."""
    rows = csv_rows(view.store, "k.csv", COLUMNS)
    if not rows:
        return None
    has_stability = any(row["metric"] == STABILITY for row in rows)
    explained = Text(f"{EXPLAINED} {STABLE}" if has_stability else EXPLAINED)
    blocks: list[Block] = [explained, *([Shown(view.pictures["k"])] if "k" in view.pictures else [])]
    numbers = sorted({int(number_or_none(row["k"]) or 0) for row in rows})
    for name in dict.fromkeys(row["metric"] for row in rows):
        blocks.append(_table(name, [row for row in rows if row["metric"] == name], numbers))
    return {"blocks": blocks}


def _table(name: str, rows: list[dict[str, str]], numbers: list[int]) -> Table:
    declared = next((m for m in all_metrics() if m.name == name), None)
    title = "Stability over seeds ↑" if name == STABILITY else name
    if declared is not None:
        title = f"{heading(declared)}{arrow(declared.higher_is_better)}"
    decimals = 3 if declared is None else declared.decimals
    by_row: dict[str, dict[int, Mapping[str, str]]] = {}
    for row in rows:
        by_row.setdefault(row["row"], {})[int(number_or_none(row["k"]) or 0)] = row
    made = [
        [Field(label, is_number=False), *(_field(found.get(k), decimals) for k in numbers)]
        for label, found in by_row.items()
    ]
    has_spread = any(number_or_none(row["sd"]) is not None for row in rows)
    over = PAIRS if name == STABILITY else "seeds"
    text = f"Mean ± standard deviation over {over}." if has_spread else ""
    columns = ["Method", *(f"k = {k}" for k in numbers)]
    return Table(f"k-{name.replace('_', '-')}", title, columns, made, text)


def _field(row: Mapping[str, str] | None, decimals: int) -> Field:
    if row is None:
        return Field("")
    mean, sd, n = (number_or_none(row[part]) for part in ("mean", "sd", "n"))
    return Field(mean_sd(Summary(mean, sd, int(n or 0)), decimals, int(n or 0)), order=mean)
