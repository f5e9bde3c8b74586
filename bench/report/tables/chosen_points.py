"""The chosen points of a search in one sentence each, read from its search.csv."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.digest_csv import read_digest_csv
from bench.report.numbers import mean_sd
from bench.statistics.summary import Summary
from bench.store.records import show
from bench.store.store import Store

_NOT_SETTINGS = re.compile(r"^(method|criterion|folds|chosen|best_by_labels|note)$|_(mean|sd|n)$")
"""The columns of search.csv that are not settings of a point."""


def chosen_points(store: Store, criteria: Mapping[str, Sequence[str]]) -> list[str]:
    """One sentence for each searched method: its chosen point, the criterion and its value there.

    `criteria`: by method, the metrics by which a search chooses. Empty without a search. The warnings of the store get
    one line if search.csv is damaged.
    """
    remedy = "`search` writes it again"
    points = read_digest_csv(store.path("search.csv"), ("chosen",), ("method", "criterion"), store.warn, remedy)
    if points is None:
        return []
    lines = []
    for method, grid in points.groupby("method", sort=False):
        chosen = grid[grid["chosen"].astype(bool)]
        if chosen.empty:
            lines.append(f"No point is chosen for {method}: no point has a value of the criterion for every fold.")
        else:
            point, criterion = chosen.iloc[0], grid["criterion"].iloc[0]
            values = _values(point, criteria.get(str(method), ()))
            lines.append(f"Chosen for {method}, without labels: {_settings(grid, point)}, by {criterion} ({values}).")
    return lines


def _settings(grid: pd.DataFrame, point: "pd.Series[Any]") -> str:
    """The settings of a point that differ in its grid."""
    names = [str(name) for name in grid if not _NOT_SETTINGS.search(str(name)) and grid[name].notna().any()]
    return ", ".join(f"{name}={_setting(point[name])}" for name in names) or "the only point"


def _setting(value: Any) -> str:
    """A setting as text. In a column with empty fields, pandas reads an integer as a float."""
    if pd.isna(value):
        return "default"
    return f"{value:g}" if isinstance(value, float) else show(value.item() if hasattr(value, "item") else value)


def _values(point: "pd.Series[Any]", criteria: Sequence[str]) -> str:
    texts = []
    for declared in map(metric, criteria):
        mean, sd, n = (point.get(f"{declared.name}_{part}") for part in ("mean", "sd", "n"))
        summary = Summary(None if pd.isna(mean) else float(mean), None if pd.isna(sd) else float(sd), int(n or 0))
        texts.append(f"{declared.label} {mean_sd(summary, declared.decimals + 1, int(point['folds']))}")
    return ", ".join(texts)
