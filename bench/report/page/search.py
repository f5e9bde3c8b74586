"""The grid of a search and its chosen points, from the search.csv of the command `search`."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.metrics.declarations import metric
from bench.report.map_silhouettes import SCORE
from bench.report.numbers import arrow, heading, mean_sd
from bench.report.page.blocks import Block, Field, Mark, Table, Text
from bench.report.page.csv_table import csv_rows, number_or_none
from bench.report.page.view import PageView
from bench.report.tables.chosen_points import NOT_SETTINGS, chosen_points
from bench.report.tables.search import SHOWN
from bench.statistics.summary import Summary

EXPLAINED = (
    "Each fit learns from all folds but one, and every figure is measured on the fold that was held out: mean ± sample "
    "standard deviation over folds. The criterion was fixed in advance and uses no labels."
)
CHECKED = "The ARI only checks the choice."
MAP = "Silhouette, map ↑"
"""The heading of the score that chooses; a search of an earlier version does not have it."""
_DIGITS = 4


def section(view: PageView) -> dict[str, Any] | None:
    """One table for each searched method; None without a search.csv."""
    by_method = _by_method(view)
    if not by_method:
        return None
    has_ari = any(row.get("ari_mean") for rows in by_method.values() for row in rows)
    blocks: list[Block] = [Text(f"{EXPLAINED} {CHECKED}" if has_ari else EXPLAINED)]
    blocks += [_grid(place, method, rows) for place, (method, rows) in enumerate(by_method.items())]
    return {"blocks": blocks}


def chosen_sentences(view: PageView) -> list[str]:
    """One sentence for each searched method: the point that was chosen, and by which criterion."""
    return chosen_points(view.store)


def _by_method(view: PageView) -> dict[str, list[dict[str, str]]]:
    rows = csv_rows(view.store, "search.csv", ("method", "criterion", "folds", "chosen", "best_by_labels"))
    methods = dict.fromkeys(row["method"] for row in rows)
    return {method: [row for row in rows if row["method"] == method] for method in methods}


def _settings(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The names of the settings that the points have."""
    return [name for name in rows[0] if not NOT_SETTINGS.search(name) and any(row[name] for row in rows)]


def _grid(place: int, method: str, rows: Sequence[Mapping[str, str]]) -> Table:
    settings = _settings(rows)
    metrics = [name for name in (SCORE, *SHOWN) if any(row.get(f"{name}_mean") for row in rows)]
    columns = ["Point", *map(_heading, metrics), "Choice"]
    fields = [_fields(row, settings, metrics) for row in rows]
    return Table(
        f"search-{place}", f"{method}: {len(rows)} points", columns, fields, f"Chosen by {rows[0]['criterion']}."
    )


def _heading(name: str) -> str:
    return MAP if name == SCORE else f"{heading(metric(name))}{arrow(metric(name).higher_is_better)}"


def _fields(row: Mapping[str, str], settings: Sequence[str], metrics: Sequence[str]) -> list[Field]:
    words = {"chosen": "chosen", "best_by_labels": "best by labels"}
    found = ", ".join(word for column, word in words.items() if row[column] == "True")
    mark: Mark = "chosen" if row["chosen"] == "True" else ""
    values = [Field(_value(row, name), mark, number_or_none(row[f"{name}_mean"])) for name in metrics]
    return [Field(_point(row, settings), is_number=False), *values, Field(found, mark, is_number=False)]


def _value(row: Mapping[str, str], name: str) -> str:
    mean, sd, n = (number_or_none(row[f"{name}_{part}"]) for part in ("mean", "sd", "n"))
    digits = _DIGITS if name == SCORE else metric(name).decimals + 1
    return mean_sd(Summary(mean, sd, int(n or 0)), digits, int(number_or_none(row["folds"]) or 0))


def _point(row: Mapping[str, str], settings: Sequence[str]) -> str:
    """The settings of a point; a whole number has no decimals."""
    return ", ".join(f"{name} = {_setting(row[name])}" for name in settings) or "the only point"


def _setting(text: str) -> str:
    value = number_or_none(text)
    return (text or "default") if value is None else f"{value:g}"
