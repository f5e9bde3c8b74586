"""What a search tried, by which criterion it chose, and what the labels say of that: search.md and search.csv."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.groups import Group, group
from bench.report.markdown import escape, table
from bench.report.numbers import arrow, mean_sd
from bench.report.results import Results, read
from bench.store.files import write_text
from bench.store.records import Scalar, show
from bench.store.store import Store

Criteria = Mapping[str, Sequence[str]]
"""By method, the metrics of held-out samples by which a search chooses; none of them sees labels."""
BESIDE = ("reconstruction_error", "silhouette_own", "kl_divergence", "silhouette_input", "ari")
"""Shown beside the criterion, where a method has them; ARI is for the reader alone."""


def write_search(store: Store, folds: int, criteria: Criteria) -> list[Path]:
    """Write search.md and search.csv from the records of cells with that many folds, and return their paths.

    Raises UsageError if the experiment has no records.
    """
    whole = read(store)
    experiment = replace(whole, outcomes=tuple(o for o in whole.outcomes if o.cell.folds == folds))
    stages = _stages(experiment, criteria)
    text = "\n\n".join([_heading(experiment, folds), *(_stage_block(stage) for stage in stages)]) + "\n"
    frame = pd.concat([_stage_frame(stage) for stage in stages], ignore_index=True)
    frame["note"] = " ".join(experiment.manifest.notes)
    return [
        write_text(store.path("search.md"), text),
        write_text(store.path("search.csv"), frame.to_csv(index=False, lineterminator="\n")),
    ]


class SearchedGrid:
    """The grid points of one method."""

    def __init__(self, method: str, points: Sequence[Group], criteria: Sequence[str]) -> None:
        self.method, self.points = method, points
        self.criteria = [metric(name) for name in criteria]
        self.chosen = self._best(criteria)
        self.best_by_labels = self._best(("ari",))

    @property
    def criterion_text(self) -> str:
        """`silhouette, own space`; of several metrics, also how they are put together."""
        labels = [m.label.lower() if m.label.istitle() or m.label[1:].islower() else m.label for m in self.criteria]
        spaces = [f", {m.space} space" if m.space else "" for m in self.criteria]
        texts = [f"{label}{space}" for label, space in zip(labels, spaces, strict=True)]
        return texts[0] if len(texts) == 1 else f"the sum of ranks by {' and by '.join(texts)}"

    @cached_property
    def _values(self) -> dict[str, list[Scalar]]:
        """The values of each point of all that was set, by name."""
        names = dict.fromkeys(name for point in self.points for name in point.cell.params)
        values: dict[str, list[Scalar]] = {
            "preset": [point.cell.preset for point in self.points],
            "latent_dim": [point.cell.latent_dim for point in self.points],
        }
        values |= {name: [point.cell.params.get(name) for point in self.points] for name in names}
        return values

    @property
    def axes(self) -> dict[str, list[Scalar]]:
        """The values of each point of all that differs between points, by name."""
        return {name: column for name, column in self._values.items() if len(set(column)) > 1}

    @property
    def fixed(self) -> dict[str, Scalar]:
        """What was set and is the same for all points, by name."""
        return {
            name: column[0] for name, column in self._values.items() if len(set(column)) == 1 and column[0] is not None
        }

    def _best(self, names: Sequence[str]) -> Group | None:
        """The lowest sum of ranks by the mean of each metric, the first of equals.

        Among points all of whose folds have a value; None if there is none.
        """
        whole = [p for p in self.points if all(p.summary(name).n == len(p.outcomes) for name in names)]

        def ahead(point: Group, name: str) -> int:
            """How many points are better."""
            sign = 1 if metric(name).higher_is_better else -1
            own = sign * (point.summary(name).mean or 0.0)
            return sum(sign * (other.summary(name).mean or 0.0) > own for other in whole)

        return min(whole, key=lambda point: sum(ahead(point, name) for name in names)) if whole else None


def _stages(experiment: Results, criteria: Criteria) -> list[SearchedGrid]:
    points: dict[str, list[Group]] = {}
    for point in group(experiment.outcomes):
        points.setdefault(point.cell.method, []).append(point)
    return [SearchedGrid(method, found, criteria[method]) for method, found in points.items() if method in criteria]


def _heading(experiment: Results, folds: int) -> str:
    manifest, data = experiment.manifest, experiment.manifest.data
    parts = [
        f"# {escape(manifest.name)}",
        *map(escape, manifest.notes),
        f"Data: {escape(data.name)}, split {escape(data.split)}, {data.n_samples:,} images. "
        f"{len(experiment.ok)} of {len(experiment.outcomes)} cells finished. Each method learns from all of "
        f"{folds} folds but one; every figure is of the fold held out, mean ± sample standard "
        "deviation over folds. The criterion was fixed in advance and sees no labels; ARI stands beside it so that one "
        "sees whether the choice was the right one.",
    ]
    return "\n\n".join(parts)


def _stage_block(stage: SearchedGrid) -> str:
    shown = [*stage.criteria, *(metric(name) for name in BESIDE if metric(name) not in stage.criteria)]
    shown = [m for m in shown if any(point.by_seed(m.name) for point in stage.points)]
    header = [*stage.axes, *(f"{m.label}{f', {m.space}' if m.space else ''}{arrow(m.higher_is_better)}" for m in shown)]
    rows = []
    for number, point in enumerate(stage.points):
        values = [mean_sd(point.summary(m.name), m.decimals + 1, len(point.outcomes)) for m in shown]
        notes = ["chosen"] * (point is stage.chosen) + ["best by labels"] * (point is stage.best_by_labels)
        axes = [show(column[number]) for column in stage.axes.values()]
        rows.append([*axes, *values, point.seeds_text(), ", ".join(notes)])
    title = f"## {escape(stage.method)}, chosen by {stage.criterion_text}"
    fixed = ", ".join(f"{name} {show(value)}" for name, value in stage.fixed.items())
    same = [f"For all points: {escape(fixed)}."] if fixed else []
    return "\n\n".join([title, *same, table([*header, "Folds", ""], rows, left=len(stage.axes))])


def _stage_frame(stage: SearchedGrid) -> pd.DataFrame:
    rows = []
    for number, point in enumerate(stage.points):
        row: dict[str, object] = {"method": stage.method, "criterion": stage.criterion_text}
        row |= {name: column[number] for name, column in stage.axes.items()}
        for name in dict.fromkeys((*(m.name for m in stage.criteria), *BESIDE)):
            found = point.summary(name)
            row |= {f"{name}_mean": found.mean, f"{name}_sd": found.sd, f"{name}_n": found.n}
        row |= {"folds": len(point.outcomes), "chosen": point is stage.chosen}
        rows.append(row | {"best_by_labels": point is stage.best_by_labels})
    return pd.DataFrame(rows, dtype=object)
