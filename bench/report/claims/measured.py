"""All that a report's claims are held against: what was scored, counted and searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bench.report.results import Results
from bench.report.statistics import Summary, summarize
from bench.store.records import DataSummary
from bench.store.store import Store

ScoresBySeed = Mapping[str, Mapping[str, Mapping[int, float]]]
"""Method → metric → seed → value."""


@dataclass(frozen=True)
class Searched:
    """One search: grid points with the criterion that chose among them."""

    points: pd.DataFrame
    about: str
    """On which data, and by what schedule."""

    def has(self, axis: str, value: float | None) -> bool:
        """Whether it chose among several values of a parameter, that one among them."""
        return axis in self.points and self.points[axis].nunique() > 1 and bool((self.points[axis] == value).any())

    def value(self, axis: str, by: str) -> float | None:
        """The value of the point that `by`, a column of the table, marks."""
        rows = self.points[self.points[by].astype(bool) & self.points[axis].notna()]
        return float(rows[axis].iloc[0]) if len(rows) else None


@dataclass(frozen=True)
class Measured:
    """All that claims are held against."""

    facts: Mapping[str, float]
    scores: ScoresBySeed
    hunt: pd.DataFrame | None = None
    """Spaces in which the report's indices could have been measured."""
    searches: Sequence[Searched] = ()
    """Of the report's preset on the same data set, that on most samples first."""

    def search(self, axis: str, value: float | None) -> Searched | None:
        """The search that chose among values of a parameter, the report's `value` among them."""
        return next((found for found in self.searches if found.has(axis, value)), None)

    def by_seed(self, method: str, name: str) -> list[float]:
        """A metric's values, of the seeds that have it."""
        return list(self.scores.get(method, {}).get(name, {}).values())

    def summary(self, method: str, name: str) -> Summary:
        """Of a metric, over the seeds that have it."""
        return summarize(self.by_seed(method, name))


def scores_of(experiment: Results) -> ScoresBySeed:
    """What its finished cells scored."""
    found: dict[str, dict[str, dict[int, float]]] = {}
    for outcome in experiment.ok:
        for name, value in outcome.scores.items():
            found.setdefault(outcome.cell.method, {}).setdefault(name, {})[outcome.cell.seed] = value
    return found


def searches_of(preset: str, results_dir: Path, data: DataSummary) -> list[Searched]:
    """The searches under `results_dir` of that preset alone, on the data set or a part of it; the largest first."""
    found: list[tuple[int, Searched]] = []
    for path in sorted(results_dir.glob("*/search.csv")):
        manifest = Store(results_dir, path.parent.name).manifest()
        points = read_csv(path, ["criterion", "chosen", "best_by_labels"])
        if manifest is None or points is None or not _alike(manifest.data, data):
            continue
        if any(cell.preset != preset for cell in manifest.cells if cell.folds is not None):
            continue
        about = f"{path.parent.name}, on {manifest.data.n_samples:,} images, split {manifest.data.split}"
        found.append((-manifest.data.n_samples, Searched(points, ". ".join([about, *manifest.notes]).rstrip("."))))
    return [searched for _, searched in sorted(found, key=lambda pair: pair[0])]


def _alike(one: DataSummary, other: DataSummary) -> bool:
    """Whether two samples are of the same data set, whatever their split."""
    return all(getattr(one, name) == getattr(other, name) for name in ("source", "image_shape", "class_names"))


def read_csv(path: Path, columns: Sequence[str]) -> pd.DataFrame | None:
    """The table; None if it is not there, damaged, or lacks one of those columns."""
    try:
        found = pd.read_csv(path)
    except (OSError, ValueError):  # what pandas raises for what it cannot parse or decode is a ValueError
        return None
    return found if set(columns) <= set(found) else None
