"""Indices and stability against the number of clusters."""

from typing import Any, cast

from bench.report.figures.k_panels import k_panels
from bench.report.figures.views import KView
from bench.report.groups import Group, group
from bench.report.k_curves import k_curves, rows_of_k
from bench.report.outcomes import Outcome
from bench.store.records import Cell

STABILITIES = {"kmeans (k=2)": [0.25], "kmeans (k=3)": [0.5, 0.7, 1.0]}


def outcome(method: str, k: int, seed: int, silhouette: float, params: dict[str, int] | None = None) -> Outcome:
    cell = Cell(method=method, seed=seed, n_clusters=k, params=params or {})
    return Outcome(cell, cast(Any, "a record"), (), {"silhouette_input": silhouette})


def groups() -> list[Group]:
    of_kmeans = [outcome("kmeans", k, seed, k / 10 + seed / 100) for k in (3, 2) for seed in (0, 1)]
    return group([*of_kmeans, outcome("som", 2, 0, 0.5)])


def view() -> KView:
    rows = rows_of_k(groups())
    return KView(rows, k_curves(rows, STABILITIES), [])


def test_rows_are_in_order_of_k_and_have_a_label_without_k() -> None:
    rows = rows_of_k(groups())
    assert {label: [each.label for each in row] for label, row in rows.items()} == {
        "kmeans": ["kmeans (k=2)", "kmeans (k=3)"]
    }


def test_options_tell_rows_apart_even_one_that_is_called_k() -> None:
    rows = rows_of_k(group([outcome("own:Graph", k, 0, 0.5, {"k": near}) for k in (2, 3) for near in (7, 9)]))
    assert {label: [each.cell.n_clusters for each in row] for label, row in rows.items()} == {
        "own:Graph (k=7)": [2, 3],
        "own:Graph (k=9)": [2, 3],
    }


def test_a_row_without_a_finished_fit_does_not_count() -> None:
    failed = Outcome(Cell(method="som", seed=0, n_clusters=9), None, (), {})
    assert list(rows_of_k(group([outcome("som", 2, 0, 0.5), failed]))) == []


def test_each_k_has_its_indices_over_seeds_and_its_stability_over_pairs() -> None:
    frame = view().curves
    assert set(frame["row"]) == {"kmeans"}
    rows = {(row.k, row.metric): (round(row.mean, 3), row.n, row.n_counts) for row in frame.itertuples()}
    assert rows == {
        (2, "silhouette_input"): (0.205, 2, "seeds"),
        (2, "stability"): (0.25, 1, "pairs of seeds"),
        (3, "silhouette_input"): (0.305, 2, "seeds"),
        (3, "stability"): (0.733, 3, "pairs of seeds"),
    }


def test_one_k_has_no_curve_and_no_figure() -> None:
    rows = rows_of_k(groups()[1:])
    frame = k_curves(rows, {})
    assert rows == {}
    assert frame.empty
    assert k_panels(KView(rows, frame, [])) is None


def test_the_figure_has_a_panel_for_each_number_and_says_over_what_its_bars_are() -> None:
    figure = k_panels(view())
    indices, stability = figure.axes
    assert indices.get_title() == "Silhouette, input space ↑"
    assert indices.lines[0].get_xydata().round(3).tolist() == [[2, 0.205], [3, 0.305]]
    assert stability.get_title() == "Stability: ARI of pairs of seeds ↑"
    assert stability.lines[0].get_xydata().round(3).tolist() == [[2, 0.25], [3, 0.733]]
    (legend,) = figure.legends
    words = "bars: standard deviation over seeds; of the stability, over pairs of seeds"
    assert legend.get_title().get_text() == words
    assert [text.get_text() for text in legend.get_texts()] == ["kmeans"]


def test_without_stability_its_panel_and_its_words_are_left_out() -> None:
    rows = rows_of_k(groups())
    figure = k_panels(KView(rows, k_curves(rows, dict.fromkeys(STABILITIES, ())), []))
    assert [ax.get_title() for ax in figure.axes] == ["Silhouette, input space ↑"]
    assert figure.legends[0].get_title().get_text() == "bars: standard deviation over seeds"
