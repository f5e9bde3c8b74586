"""Indices and stability against the number of clusters."""

from typing import Any, cast

import pandas as pd

from bench.report.figures.k_panels import k_panels
from bench.report.figures.views import FitsView
from bench.report.groups import Group
from bench.report.k_curves import k_curves
from bench.report.outcomes import Outcome
from bench.store.records import Cell


def outcome(method: str, k: int, seed: int, silhouette: float) -> Outcome:
    cell = Cell(method=method, seed=seed, n_clusters=k)
    return Outcome(cell, cast(Any, "a record"), (), {"silhouette_input": silhouette})


def groups() -> list[Group]:
    made = [
        Group(f"kmeans (k={k})", tuple(outcome("kmeans", k, seed, k / 10 + seed / 100) for seed in (0, 1)))
        for k in (3, 2)
    ]
    return [*made, Group("som", (outcome("som", 2, 0, 0.5),))]


def agreement() -> pd.DataFrame:
    names = [f"kmeans (k={k}), seed {seed}" for k in (2, 3) for seed in (0, 1)]
    frame = pd.DataFrame(1.0, index=names, columns=names)
    frame.loc[names[0], names[1]] = frame.loc[names[1], names[0]] = 0.25
    return frame


def test_each_k_has_its_indices_and_the_agreement_of_its_seeds() -> None:
    frame = k_curves(groups(), agreement())
    assert set(frame["row"]) == {"kmeans"}
    rows = {(row.k, row.metric): (round(row.mean, 3), row.n) for row in frame.itertuples()}
    assert rows == {
        (2, "silhouette_input"): (0.205, 2),
        (2, "stability"): (0.25, 1),
        (3, "silhouette_input"): (0.305, 2),
        (3, "stability"): (1.0, 1),
    }


def test_one_k_has_no_curve_and_no_figure() -> None:
    only = groups()[1:]
    frame = k_curves(only, agreement())
    assert frame.empty
    assert k_panels(FitsView(only, agreement(), 2, pd.DataFrame(), frame)) is None


def test_the_figure_has_a_panel_for_each_number_and_a_line_for_each_row() -> None:
    frame = k_curves(groups(), pd.DataFrame())
    figure = k_panels(FitsView(groups(), pd.DataFrame(), 0, pd.DataFrame(), frame))
    (ax,) = figure.axes
    assert ax.get_title() == "Silhouette, input space ↑"
    assert ax.lines[0].get_xydata().round(3).tolist() == [[2, 0.205], [3, 0.305]]
