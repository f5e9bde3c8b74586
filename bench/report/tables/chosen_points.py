"""The chosen points of a search in one sentence each, read from its search.csv."""

import re
from typing import Any

import pandas as pd

from bench.report.digest_csv import read_digest_csv
from bench.report.map_silhouettes import SCORE
from bench.report.numbers import mean_sd
from bench.report.tables.search import TABLE
from bench.statistics.summary import Summary
from bench.store.records import show
from bench.store.store import Store

NOT_SETTINGS = re.compile(
    r"^(method|criterion|cost|folds|chosen|equal|chosen_by_own_indices|best_by_labels|note|digest)$|_(mean|sd|n)$"
)
"""The columns of search.csv that are not settings of a point."""


def chosen_points(store: Store) -> list[str]:
    """One sentence for each searched method: its chosen point, the criterion and its value there, and equal points.

    Empty without a search. The warnings of the store get one line if search.csv is damaged.
    """
    remedy = "`search` writes it again"
    points = read_digest_csv(store.path(TABLE), ("chosen",), ("method", "criterion"), store.warn, remedy)
    if points is None:
        return []
    return [_sentence(str(method), grid) for method, grid in points.groupby("method", sort=False)]


def _sentence(method: str, grid: pd.DataFrame) -> str:
    chosen, criterion = grid[grid["chosen"].astype(bool)], grid["criterion"].iloc[0]
    if chosen.empty:
        return f"No point is chosen for {method}: no point has a value of the criterion for every fold."
    point = chosen.iloc[0]
    equal = grid[grid["equal"].astype(bool)] if "equal" in grid else grid.iloc[:0]
    ties = "; ".join(_settings(grid, each) for _, each in equal.iterrows())
    also = f" Equal by the criterion, but later in the grid: {ties}." if ties else ""
    return f"Chosen for {method}, without labels: {_settings(grid, point)}, by {criterion}{_value(point)}.{also}"


def _settings(grid: pd.DataFrame, point: "pd.Series[Any]") -> str:
    """The settings of a point that differ in its grid."""
    names = [str(name) for name in grid if not NOT_SETTINGS.search(str(name)) and grid[name].notna().any()]
    return ", ".join(f"{name}={_setting(point[name])}" for name in names) or "the only point"


def _setting(value: Any) -> str:
    """A setting as text. In a column with empty fields, pandas reads an integer as a float."""
    if pd.isna(value):
        return "default"
    return f"{value:g}" if isinstance(value, float) else show(value.item() if hasattr(value, "item") else value)


def _value(point: "pd.Series[Any]") -> str:
    """The mean of the criterion in brackets; empty for a search of an earlier version, which chose by other metrics."""
    mean, sd, n = (point.get(f"{SCORE}_{part}") for part in ("mean", "sd", "n"))
    if mean is None or pd.isna(mean):
        return ""
    summary = Summary(float(mean), None if pd.isna(sd) else float(sd), int(n or 0))
    return f" ({mean_sd(summary, 4, int(point['folds']))})"
