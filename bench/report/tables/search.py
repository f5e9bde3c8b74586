"""The tables of a search: every grid point with its scores, the chosen point, and the best point by labels."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from statistics import fmean

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.digest_csv import write_digest_csv
from bench.report.groups import Group, group
from bench.report.map_silhouettes import FILE, SCORE, MapSilhouettes, read_map_silhouettes, with_silhouettes
from bench.report.markdown import escape, table
from bench.report.numbers import arrow, mean_sd
from bench.report.outcomes import Outcomes
from bench.report.published_outcomes import read_for_tables
from bench.report.tables.search_cost import cost_block, costs
from bench.report.tables.searched_grid import CRITERION, SearchedGrid
from bench.store.files import write_text
from bench.store.records import show
from bench.store.store import Store

DOCUMENT, TABLE = "search.md", "search.csv"
SHOWN = ("silhouette_own", "kl_divergence", "reconstruction_error", "quantization_error", "silhouette_input", "ari")
"""Metrics of the held-out samples that are shown if a method has them. None of them chooses; ARI uses the labels."""
_DIGITS = 4


def write_search(store: Store) -> list[Path]:
    """Write search.md and search.csv from the outcomes of the cross-validated cells, and return their paths.

    Nothing is written if there are no such cells. Published tables without the silhouettes in the map stay as they are;
    the warnings of the store say so. Raises UsageError if the experiment has neither records nor a whole cells.csv.
    """
    manifest = store.manifest()
    if manifest is None or all(cell.folds is None for cell in manifest.cells):
        return []
    if store.is_published_copy() and not store.path(FILE).exists():
        store.warn(
            f"{store.path()}: {DOCUMENT} and {TABLE} stay as they are, because {FILE} is missing, which has the scores "
            "that choose; only `search` makes it, from the fits."
        )
        return []
    outcomes = read_for_tables(store)
    silhouettes = read_map_silhouettes(store)
    searched = with_silhouettes([o for o in outcomes.all if o.cell.folds is not None], silhouettes)
    by_method = groupby(group(searched), key=lambda point: point.cell.method)
    grids = [SearchedGrid(method, list(points), silhouettes) for method, points in by_method]
    frame = pd.concat([_grid_frame(grid) for grid in grids], ignore_index=True)
    frame["note"] = " ".join(outcomes.manifest.notes)
    text = _document(replace(outcomes, all=tuple(searched)), grids, silhouettes)
    return [write_text(store.path(DOCUMENT), text), write_digest_csv(store.path(TABLE), frame)]


def _document(outcomes: Outcomes, grids: Sequence[SearchedGrid], silhouettes: MapSilhouettes) -> str:
    no_map = f"No point is chosen, because the map of the data cannot be made: {silhouettes.no_map}."
    blocks = [escape(no_map)] if silhouettes.no_map else []
    blocks += [_grid_block(grid) for grid in grids]
    return "\n\n".join([_heading(outcomes, grids), *blocks, *cost_block(grids)]) + "\n"


def _heading(outcomes: Outcomes, grids: Sequence[SearchedGrid]) -> str:
    manifest, data = outcomes.manifest, outcomes.manifest.data
    folds = " or ".join(str(number) for number in sorted({grid.folds or 0 for grid in grids}))
    shown = "; ARI is shown only to check the choice" if outcomes.labelled else ""
    paragraph = (
        f"Data: {escape(data.title)}, split {escape(data.split)}, {data.n_samples:,} samples. "
        f"{len(outcomes.ok)} of {len(outcomes.all)} cells finished; a cell is one fit: a grid point with one fold "
        f"held out. Each fit learns from all but one of {folds} folds, and every figure is measured on the fold held "
        "out: mean ± sample standard deviation over folds."
    )
    rule = (
        "The rule is the same for every method: the largest mean silhouette of the held-out samples in one map, which "
        "is the same for all points. It is a UMAP map of 50 principal components of the data, made without labels. The "
        "rule was fixed in advance from the table for digits (results/digits/index.md), where indices in the space of "
        "each fit do not order the partitions as the true labels do. Such indices are shown, and choose "
        f"nothing{shown}. Later measurements (docs/results/indices.md): in such a map, the silhouette orders "
        "partitions as the true labels do on four sets of images, and the opposite way on a set of news texts."
    )
    return "\n\n".join([f"# {escape(manifest.name)}", *map(escape, manifest.notes), paragraph, rule])


def _grid_block(grid: SearchedGrid) -> str:
    shown = [m for m in map(metric, SHOWN) if any(point.by_seed(m.name) for point in grid.points)]
    header = [
        *map(escape, grid.axes),
        "Silhouette, map ↑",
        *(f"{m.label}{f', {m.space}' if m.space else ''}{arrow(m.higher_is_better)}" for m in shown),
    ]
    rows = []
    for number, point in enumerate(grid.points):
        columns = [(SCORE, _DIGITS), *((m.name, m.decimals + 1) for m in shown)]
        values = [mean_sd(point.summary(name), digits, len(point.outcomes)) for name, digits in columns]
        axes = [escape(show(column[number])) for column in grid.axes.values()]
        rows.append([*axes, *values, point.seeds_text(), escape(", ".join(_marks(grid, point)))])
    fixed = ", ".join(f"{name} {show(value)}" for name, value in grid.fixed.items())
    sentences = [f"The same for all grid points: {escape(fixed)}."] if fixed else []
    sentences += [escape(sentence) for sentence in choice_notes(grid)]
    title = f"## {escape(grid.method)}, chosen by {CRITERION}"
    return "\n\n".join([title, *sentences, table([*header, "Folds", ""], rows, left=len(grid.axes))])


def _marks(grid: SearchedGrid, point: Group) -> list[str]:
    marks = ["chosen"] * (point is grid.chosen)
    marks += ["equal to the chosen"] * any(point is tie for tie in grid.ties)
    marks += ["best by labels"] * (point is grid.best_by_labels)
    reason = grid.why_not_compared(point)
    return [*marks, f"not compared: {reason}"] if reason else marks


def choice_notes(grid: SearchedGrid) -> list[str]:
    """Sentences about the choice: no choice, points that do not take part, and points that are equal."""
    notes = []
    if grid.chosen is None:
        notes.append("No point is chosen: no point has a silhouette in the map for every fold.")
    elif n_left_out := len(grid.points) - len(grid.compared):
        notes.append(
            f"{n_left_out} of {len(grid.points)} points cannot be chosen, because they have no silhouette in the map "
            "for every fold."
        )
    if grid.chosen is not None and grid.ties:
        others = "; ".join(map(grid.settings_of, grid.ties))
        notes.append(f"Equal by the rule, so the first is chosen: {grid.settings_of(grid.chosen)}; {others}.")
    return notes


def _grid_frame(grid: SearchedGrid) -> pd.DataFrame:
    rows = []
    for number, point in enumerate(grid.points):
        row: dict[str, object] = {"method": grid.method, "criterion": CRITERION}
        row |= {name: column[number] for name, column in grid.axes.items()}
        for name in (SCORE, *SHOWN):
            summary = point.summary(name)
            row |= {f"{name}_mean": summary.mean, f"{name}_sd": summary.sd, f"{name}_n": summary.n}
        cost = costs(grid, point)
        row |= {"cost": None if cost is None else fmean(cost), "folds": len(point.outcomes)}
        row |= {"chosen": point is grid.chosen, "equal": any(point is tie for tie in grid.ties)}
        row |= {"chosen_by_own_indices": point is grid.chosen_by_own_indices}
        rows.append(row | {"best_by_labels": point is grid.best_by_labels})
    return pd.DataFrame(rows, dtype=object)
