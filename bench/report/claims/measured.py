"""Our figures for the claims of a report: facts, scores, ways to measure, and searches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.errors import UsageError
from bench.report.claims.published import Score
from bench.report.digest_csv import read_digest_csv
from bench.report.outcomes import Outcomes
from bench.statistics.differences import ByRun
from bench.statistics.summary import Summary, summarize
from bench.store.records import DataSummary
from bench.store.store import Store

SeedScores = Mapping[str, Mapping[str, Mapping[int, float]]]
"""Method → metric → seed → value."""
_SAME = ("source", "image_shape", "class_names")
"""Fields of a `DataSummary` that are equal for two splits of one data set."""
_MARKS = ("chosen", "best_by_labels")
"""Columns of search.csv with a truth value: whether the row is marked."""


@dataclass(frozen=True)
class SearchTable:
    """The grid points of one search, read from its search.csv."""

    points: pd.DataFrame
    description: str
    """The data and the schedule of the search, in words."""

    def has(self, axis: str, value: float | None) -> bool:
        """Whether the search chose between several numbers for the parameter `axis`, and `value` is one of them."""
        if axis not in self.points or not pd.api.types.is_numeric_dtype(self.points[axis]):
            return False
        return self.points[axis].nunique() > 1 and bool((self.points[axis] == value).any())

    def value(self, axis: str, by: str) -> float | None:
        """The value of `axis` at the point that the column `by` marks; None if no point is marked."""
        rows = self.points[self.points[by].astype(bool) & self.points[axis].notna()]
        return float(rows[axis].iloc[0]) if len(rows) else None


@dataclass(frozen=True)
class Measured:
    """All of our figures with which the claims of a report are compared."""

    facts: Mapping[str, float]
    scores: SeedScores
    spaces: pd.DataFrame | None = None
    """The result of the space search: ways to measure the report's indices. None if it has not run yet."""
    searches: Sequence[SearchTable] = ()
    """The searches with the report's preset on the same data set; the search on most samples comes first."""

    def search(self, axis: str, value: float | None) -> SearchTable | None:
        """The first search that chose between several values of `axis`, including the report's `value`."""
        return next((search for search in self.searches if search.has(axis, value)), None)

    def by_seed(self, source: Score) -> ByRun:
        """The values of a metric of a method, by each seed that has a value."""
        return dict(self.scores.get(source.method, {}).get(source.metric, {}).items())

    def summary(self, source: Score) -> Summary:
        """Mean and standard deviation over the seeds that have a value."""
        return summarize(list(self.by_seed(source).values()))

    def n_runs(self, method: str) -> int:
        """Number of seeds of a method that have a value of any metric."""
        return len({seed for values in self.scores.get(method, {}).values() for seed in values})


def scores_of(outcomes: Outcomes) -> SeedScores:
    """The scores of the finished cells."""
    scores: dict[str, dict[str, dict[int, float]]] = {}
    for outcome in outcomes.ok:
        for name, value in outcome.scores.items():
            scores.setdefault(outcome.cell.method, {}).setdefault(name, {})[outcome.cell.seed] = value
    return scores


def searches_of(preset: str, store: Store, data: DataSummary) -> list[SearchTable]:
    """The searches beside `store` with this preset only, on the same data set; most samples first.

    `store.warnings` gets a line for each search that cannot be read.
    """
    tables: list[tuple[int, SearchTable]] = []
    for path in sorted(store.results_dir.glob("*/search.csv")):
        try:
            other = Store(store.results_dir, path.parent.name)
            manifest = other.manifest()
            points = read_digest_csv(path, _MARKS, ("criterion",), other.warn, "`search` writes it again")
        except UsageError as error:
            store.warn(f"the search in {path.parent} is not used: {error}")
            continue
        for line in other.warnings:
            store.warn(line)
        if manifest is None or points is None:
            continue
        same_data = all(getattr(manifest.data, name) == getattr(data, name) for name in _SAME)
        same_data &= manifest.data.reading.class_sizes == data.reading.class_sizes
        if not same_data or any(cell.preset != preset for cell in manifest.cells if cell.folds is not None):
            continue
        description = f"{path.parent.name}, on {manifest.data.n_samples:,} images, split {manifest.data.split}"
        description = ". ".join([description, *manifest.notes]).rstrip(".")
        tables.append((-manifest.data.n_samples, SearchTable(points, description)))
    return [search for _, search in sorted(tables, key=lambda pair: pair[0])]
