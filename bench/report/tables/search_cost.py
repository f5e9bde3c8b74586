"""What the choice of a search costs: how far the ARI of the chosen point is below that of the best point."""

from collections.abc import Sequence
from statistics import fmean

from bench.metrics.declarations import metric
from bench.report.groups import Group
from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, mean_sd
from bench.report.tables.searched_grid import LABELS, SearchedGrid
from bench.statistics.summary import summarize

TITLE = "## What the choice costs"
_EXPLANATION = """\
The cost of a choice is the ARI of the best point of the grid less that of the chosen point: mean ± sample standard \
deviation over folds of the difference on the same fold. 0 is the best choice. Three rules are compared: the rule of \
this search; the rule of earlier versions, an index in the space of each fit, named in the last column; and no rule, \
which is the mean cost of all points. The ARI uses the true labels, so this table only checks the choice. The folds \
of one grid share most of their samples: a small difference of costs does not tell which rule is better."""
_HEADER = (
    "Grid",
    "Points",
    "ARI of the best point",
    "Cost: silhouette in one map",
    "Cost: index in the own space",
    "Cost: no rule",
    "Index in the own space",
)


def cost_block(grids: Sequence[SearchedGrid]) -> list[str]:
    """The title, the explanation and the table, as Markdown; nothing without true labels."""
    labelled = [grid for grid in grids if grid.best_by_labels is not None]
    if not labelled:
        return []
    return [TITLE, _EXPLANATION, table(_HEADER, list(map(_row, labelled)), left=1)]


def costs(grid: SearchedGrid, point: Group | None) -> list[float] | None:
    """The cost of a point on each fold; None without a point, or if its ARI or that of the best point is not known."""
    if point is None or grid.best_by_labels is None:
        return None
    best, own = (each.by_seed(LABELS[0]) for each in (grid.best_by_labels, point))
    return [best[fold] - own[fold] for fold in best] if best.keys() == own.keys() else None


def _row(grid: SearchedGrid) -> list[str]:
    assert grid.best_by_labels is not None
    digits = metric(LABELS[0]).decimals
    best = mean_sd(grid.best_by_labels.summary(LABELS[0]), digits, len(grid.best_by_labels.outcomes))
    chosen = [_cost(grid, point, digits) for point in (grid.chosen, grid.chosen_by_own_indices)]
    every = [fmean(cost) for point in grid.points if (cost := costs(grid, point)) is not None]
    mean = f"{fmean(every):.{digits}f}" if every else NOT_AVAILABLE
    return [escape(grid.method), str(len(grid.points)), best, *chosen, mean, escape(grid.own_indices_text)]


def _cost(grid: SearchedGrid, point: Group | None, digits: int) -> str:
    found = costs(grid, point)
    return NOT_AVAILABLE if found is None else mean_sd(summarize(found), digits, len(found))
