"""The tables of a search: every grid point with its scores, the chosen point, and the best point by labels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.digest_csv import write_digest_csv
from bench.report.groups import Group, group
from bench.report.markdown import escape, table
from bench.report.numbers import arrow, mean_sd
from bench.report.outcomes import Outcomes, read
from bench.store.files import write_text
from bench.store.records import Scalar, show
from bench.store.store import Store

Criteria = Mapping[str, Sequence[str]]
"""By method, the metrics of the held-out samples by which a search chooses; they do not use labels."""
OTHER_METRICS = ("reconstruction_error", "silhouette_own", "kl_divergence", "silhouette_input", "ari")
"""Shown after the criterion if a method has them; ARI is only shown, never used for the choice."""


def write_search(store: Store, folds: int, criteria: Criteria) -> list[Path]:
    """Write search.md and search.csv from the records of the cells with `folds` folds, and return their paths.

    Raises UsageError if the experiment has no records.
    """
    everything = read(store)
    outcomes = replace(everything, all=tuple(o for o in everything.all if o.cell.folds == folds))
    by_method = groupby(group(outcomes.all), key=lambda point: point.cell.method)
    grids = [SearchedGrid(method, list(points), criteria[method]) for method, points in by_method if method in criteria]
    text = "\n\n".join([_heading(outcomes, folds), *(_grid_block(grid) for grid in grids)]) + "\n"
    frame = pd.concat([_grid_frame(grid) for grid in grids], ignore_index=True)
    frame["note"] = " ".join(outcomes.manifest.notes)
    return [write_text(store.path("search.md"), text), write_digest_csv(store.path("search.csv"), frame)]


class SearchedGrid:
    """The grid points of one method, the point that the criterion chose, and the best point by ARI.

    `axes` has the settings that differ between points, by name, with the value at each point. `fixed` has the settings
    that are the same at all points and not the default. A setting with its default has the value None.
    """

    def __init__(self, method: str, points: Sequence[Group], criteria: Sequence[str]) -> None:
        self.method, self.points = method, points
        cells = [point.cell for point in points]
        settings: dict[str, list[Scalar]] = {"preset": [cell.preset for cell in cells]}
        settings["latent_dim"] = [cell.latent_dim for cell in cells]
        names = dict.fromkeys(name for cell in cells for name in cell.params)
        settings |= {name: [cell.params.get(name) for cell in cells] for name in names}
        self.axes = {name: column for name, column in settings.items() if len(set(column)) > 1}
        self.fixed = {n: column[0] for n, column in settings.items() if n not in self.axes and column[0] is not None}
        self.criteria = [metric(name) for name in criteria]
        self.chosen = self._best(criteria)
        self.best_by_labels = self._best(("ari",))

    @property
    def criterion_text(self) -> str:
        """The criterion in words: `silhouette, own space`, or the sum of ranks by several metrics."""
        texts = []
        for m in self.criteria:
            label = m.label.lower() if m.label.istitle() or m.label[1:].islower() else m.label
            texts.append(f"{label}, {m.space} space" if m.space else label)
        return texts[0] if len(texts) == 1 else f"the sum of ranks by {' and by '.join(texts)}"

    def _best(self, names: Sequence[str]) -> Group | None:
        """The point with the lowest sum of ranks by the mean of each metric; of equal points, the first.

        Only points with a value for every fold take part; None if there is no such point.
        """
        complete = [p for p in self.points if all(p.summary(name).n == len(p.outcomes) for name in names)]

        def rank(point: Group, name: str) -> int:
            """Number of points that are better by this metric."""
            sign = 1 if metric(name).higher_is_better else -1
            own = sign * (point.summary(name).mean or 0.0)
            return sum(sign * (other.summary(name).mean or 0.0) > own for other in complete)

        return min(complete, key=lambda point: sum(rank(point, name) for name in names)) if complete else None


def _heading(outcomes: Outcomes, folds: int) -> str:
    manifest, data = outcomes.manifest, outcomes.manifest.data
    paragraph = (
        f"Data: {escape(data.name)}, split {escape(data.split)}, {data.n_samples:,} images. "
        f"{len(outcomes.ok)} of {len(outcomes.all)} cells finished; a cell is one fit: a grid point with one fold "
        f"held out. Each fit learns from all but one of {folds} folds, and every figure is measured on the fold held "
        "out: mean ± sample standard deviation over folds. The criterion was fixed in advance and does not use labels; "
        "ARI is shown only to check the choice."
    )
    return "\n\n".join([f"# {escape(manifest.name)}", *map(escape, manifest.notes), paragraph])


def _grid_block(grid: SearchedGrid) -> str:
    shown = [*grid.criteria, *(metric(name) for name in OTHER_METRICS if metric(name) not in grid.criteria)]
    shown = [m for m in shown if any(point.by_seed(m.name) for point in grid.points)]
    header = [
        *map(escape, grid.axes),
        *(f"{m.label}{f', {m.space}' if m.space else ''}{arrow(m.higher_is_better)}" for m in shown),
    ]
    rows = []
    for number, point in enumerate(grid.points):
        values = [mean_sd(point.summary(m.name), m.decimals + 1, len(point.outcomes)) for m in shown]
        marks = ["chosen"] * (point is grid.chosen) + ["best by labels"] * (point is grid.best_by_labels)
        axes = [escape(show(column[number])) for column in grid.axes.values()]
        rows.append([*axes, *values, point.seeds_text(), ", ".join(marks)])
    title = f"## {escape(grid.method)}, chosen by {grid.criterion_text}"
    fixed = ", ".join(f"{name} {show(value)}" for name, value in grid.fixed.items())
    same = [f"The same for all grid points: {escape(fixed)}."] if fixed else []
    return "\n\n".join([title, *same, table([*header, "Folds", ""], rows, left=len(grid.axes))])


def _grid_frame(grid: SearchedGrid) -> pd.DataFrame:
    rows = []
    for number, point in enumerate(grid.points):
        row: dict[str, object] = {"method": grid.method, "criterion": grid.criterion_text}
        row |= {name: column[number] for name, column in grid.axes.items()}
        for name in dict.fromkeys((*(m.name for m in grid.criteria), *OTHER_METRICS)):
            summary = point.summary(name)
            row |= {f"{name}_mean": summary.mean, f"{name}_sd": summary.sd, f"{name}_n": summary.n}
        row |= {"folds": len(point.outcomes), "chosen": point is grid.chosen}
        rows.append(row | {"best_by_labels": point is grid.best_by_labels})
    return pd.DataFrame(rows, dtype=object)
