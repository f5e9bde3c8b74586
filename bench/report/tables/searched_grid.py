"""The grid points of one method in a search, the point that the rule chose, and points to compare it with."""

from collections.abc import Mapping, Sequence
from math import isclose

from bench.metrics.declarations import metric
from bench.report.groups import Group
from bench.report.map_silhouettes import SCORE, MapSilhouettes, why_without
from bench.store.records import Scalar, show

CRITERION = "silhouette in one UMAP map of the data"
"""The rule, the same for every method. It was fixed in advance from results/digits/index_worth.csv."""
LABELS = ("ari",)
"""The metric with labels by which the choice is checked."""
OWN_INDICES: Mapping[str, Sequence[str]] = {
    "dec": ("silhouette_own", "kl_divergence"),
    "ae-kmeans": ("reconstruction_error",),
    "ae-gmm": ("reconstruction_error",),
    "som": ("quantization_error",),
}
"""By method, the metrics by which earlier versions chose. They compare points in spaces that differ between points."""
_OTHER_INDICES = ("silhouette_own",)
_EQUAL = 1e-9
"""Means that differ by less are equal: silhouettes of equal partitions may differ in their last bits."""


class SearchedGrid:
    """The grid points of one method, each with one fit for each fold.

    `axes` has the settings that differ between points, by name, with the value at each point. `fixed` has the settings
    that are the same at all points and not the default. A setting with its default has the value None.

    The points have the silhouette in the map as the score `SCORE`. `chosen` is the point with the largest mean of it.
    Only points with a value for every fold take part; None if there is no such point.
    """

    def __init__(self, method: str, points: Sequence[Group], silhouettes: MapSilhouettes) -> None:
        self.method, self.points = method, points
        cells = [point.cell for point in points]
        self.folds = cells[0].folds
        settings: dict[str, list[Scalar]] = {"preset": [cell.preset for cell in cells]}
        settings["latent_dim"] = [cell.latent_dim for cell in cells]
        names = dict.fromkeys(name for cell in cells for name in cell.params)
        settings |= {name: [cell.params.get(name) for cell in cells] for name in names}
        self.axes = {name: column for name, column in settings.items() if len(set(column)) > 1}
        self.fixed = {n: column[0] for n, column in settings.items() if n not in self.axes and column[0] is not None}
        self.own_indices = OWN_INDICES.get(method, _OTHER_INDICES)
        self.compared = _complete(points, (SCORE,))
        self.chosen = _largest(self.compared)
        self.ties = _equal_to(self.chosen, self.compared)
        """The other points whose mean is equal to that of the chosen one, which comes first in the grid."""
        self.chosen_by_own_indices = _lowest_rank_sum(points, self.own_indices)
        self.best_by_labels = _lowest_rank_sum(points, LABELS)
        self._silhouettes = silhouettes

    @property
    def own_indices_text(self) -> str:
        """The metrics of the earlier rule in words: `silhouette, own space`, or the sum of ranks by several."""
        texts = []
        for m in map(metric, self.own_indices):
            label = m.label.lower() if m.label.istitle() or m.label[1:].islower() else m.label
            texts.append(f"{label}, {m.space} space" if m.space else label)
        return texts[0] if len(texts) == 1 else f"the sum of ranks by {' and by '.join(texts)}"

    def settings_of(self, point: Group) -> str:
        """The settings of a point that differ in the grid, such as `lr=0.1, batch_size=32`."""
        number = self.points.index(point)
        texts = [
            f"{n}={'default' if column[number] is None else show(column[number])}" for n, column in self.axes.items()
        ]
        return ", ".join(texts) or "the only point"

    def why_not_compared(self, point: Group) -> str:
        """Why finished fits of a point have no silhouette in the map; empty if all have one."""
        reasons = [why_without(outcome, self._silhouettes) for outcome in point.outcomes]
        return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _complete(points: Sequence[Group], names: Sequence[str]) -> list[Group]:
    """The points with a value of each metric for every fold."""
    return [point for point in points if all(point.summary(name).n == len(point.outcomes) for name in names)]


def _mean(point: Group, name: str) -> float:
    return point.summary(name).mean or 0.0


def _largest(points: Sequence[Group]) -> Group | None:
    """The first of the points whose mean silhouette in the map is equal to the largest one."""
    largest = max((_mean(point, SCORE) for point in points), default=0.0)
    return next((p for p in points if isclose(_mean(p, SCORE), largest, rel_tol=0, abs_tol=_EQUAL)), None)


def _equal_to(chosen: Group | None, points: Sequence[Group]) -> list[Group]:
    if chosen is None:
        return []
    own = _mean(chosen, SCORE)
    return [p for p in points if p is not chosen and isclose(_mean(p, SCORE), own, rel_tol=0, abs_tol=_EQUAL)]


def _lowest_rank_sum(points: Sequence[Group], names: Sequence[str]) -> Group | None:
    """The point with the lowest sum of ranks by the mean of each metric; of equal points, the first.

    Only points with a value of each metric for every fold take part; None if there is no such point.
    """
    complete = _complete(points, names)

    def rank(point: Group, name: str) -> int:
        """Number of points that are better by this metric."""
        sign = 1 if metric(name).higher_is_better else -1
        return sum(sign * _mean(other, name) > sign * _mean(point, name) for other in complete)

    return min(complete, key=lambda point: sum(rank(point, name) for name in names)) if complete else None
