"""Each figure has limits, and they count the things that the figure shows."""

from dataclasses import replace

import compression_rows
import numpy as np
import pandas as pd

from bench.report.figures import limits
from bench.report.figures.declarations import FIGURES
from bench.report.figures.views import CompressionView, DataView, FitsView, IndexView, KView
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.sets_view import read_view

WITHOUT_LIMIT = {"reconstructions", "proposed-k"}
"""Figures that always show the same number of things, or at most 39 points."""


def count(declared: str, things: str, view: object) -> int:
    (figure,) = (figure for figure in FIGURES if figure.name == declared)
    (limit,) = (limit for limit in figure.limits if limit.things == things)
    return limit.count(view)


def test_every_figure_has_a_limit() -> None:
    assert {figure.name for figure in FIGURES if not figure.limits} == WITHOUT_LIMIT


def test_a_note_has_the_number_and_the_limit() -> None:
    limit = limits.Limit("things", 1000, lambda view: len(view))
    assert limit.note(range(1000)) is None
    assert limit.note(range(1001)) == "1,001 things, at most 1,000 are readable"


def test_figures_of_records_count_rows_and_values(full) -> None:
    outcomes = read(full)
    for figure in ("labels", "silhouettes"):
        assert count(figure, "rows", outcomes) == 4
        assert count(figure, "rows", replace(outcomes, all=())) == 0
    records = [outcome.record for outcome in outcomes.ok if outcome.record and outcome.record.history]
    assert count("training", "rows", outcomes) == len({record.cell.method for record in records})
    assert count("training", "histories", outcomes) == 4
    assert count("training", "values", outcomes) == sum(len(v) for r in records for v in r.history.values())


def test_figures_of_the_data_count_classes_and_parts() -> None:
    view = DataView({"train": {"a": 3, "b": 5}, "test": {"a": 0, "b": 2}, "extra": {"a": 0, "b": 2}})
    assert (count("classes", "classes", view), count("classes", "parts", view)) == (2, 3)
    assert count("classes", "classes", DataView({})) == 0


def test_figures_of_all_fits_count_fits_rows_and_points(full) -> None:
    groups = group(read(full).all)
    timeline = pd.DataFrame({"label": ["a", "b"], "seconds": [1, 2]})
    view = FitsView(groups, pd.DataFrame(), 61, timeline, groups)
    assert count("agreement", "fits", view) == 61
    assert count("agreement", "rows", view) == 4
    assert count("time-to-accuracy", "rows", view) == 4
    assert count("time-to-accuracy", "points", view) == 2
    assert count("time-to-accuracy", "rows", FitsView(groups, pd.DataFrame(), 61, timeline[:0], groups)) == 0
    assert count("k", "rows", KView({"a": groups[:2], "b": groups[2:]}, pd.DataFrame(), [])) == 2


def test_the_figure_of_ranks_counts_rows(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": [{"accuracy": 0.5}], "som": [{"accuracy": 0.4}]})
    view = read_view(sets_lab.done())
    assert count("ranks", "rows", view) == count("critical-difference", "rows", view) == 2


def test_the_figure_of_smaller_models_counts_rows_and_forms() -> None:
    view = CompressionView(compression_rows.frame())
    assert (count("compression", "rows", view), count("compression", "forms", view)) == (2, 2)


def test_the_figure_of_an_index_counts_partitions_and_spaces() -> None:
    view = IndexView("silhouette", "Silhouette", True, 3, pd.DataFrame(np.zeros((4, 2))), [None] * 4, [0.0] * 4, "")
    assert (count("index", "partitions", view), count("index", "spaces", view)) == (4, 2)


def test_figures_of_a_fit_count_classes_clusters_and_units(fit_view) -> None:
    centres = np.zeros((3, 4), np.float32)
    arrays = {"labels": np.array([0, 0, 2, 2, -1, 1]), "cluster_centers": centres, "prototypes": centres}
    view = fit_view(arrays=arrays)
    assert (count("confusion", "classes", view), count("confusion", "clusters", view)) == (2, 3)
    assert count("centres", "clusters", view) == 3
    assert count("map", "units", view) == 0
    assert count("examples", "clusters", view) == 0
    assert count("examples", "clusters", fit_view(arrays=arrays, assignments=pd.DataFrame())) == 3
    assert (count("tsne", "classes", view), count("tsne", "clusters", view)) == (0, 0)
    embedded = fit_view(arrays=arrays | {"embedding": np.zeros((6, 2))})
    assert (count("tsne", "classes", embedded), count("tsne", "clusters", embedded)) == (2, 3)
    a_map = fit_view(arrays=arrays, hits=np.ones((1, 3), np.int64))
    assert (count("map", "units", a_map), count("centres", "clusters", a_map)) == (3, 0)
    without = fit_view(arrays=arrays, classes=None, class_names=None)
    assert (count("confusion", "classes", without), count("confusion", "clusters", without)) == (0, 0)
