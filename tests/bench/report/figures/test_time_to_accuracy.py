"""Accuracy against the seconds of a fit."""

import numpy as np
import pandas as pd
import pytest

from bench.report.figures.palette import colours_of
from bench.report.figures.time_to_accuracy import time_to_accuracy
from bench.report.figures.views import FitsView
from bench.report.groups import group
from bench.report.outcomes import read

COURSES = {
    ("dec", 0): ([1.0, 2.0, 3.0], [0.5, 0.8, 0.9]),
    ("dec", 1): ([3.0, 4.0], [0.7, 0.8]),
    ("kmeans", 0): ([0.5], [0.55]),
    ("kmeans", 1): ([0.7], [0.65]),
}


@pytest.fixture
def figure(lab):
    lab.missing(lab.cell("som", 0))
    for method, seed in COURSES:
        lab.ok(lab.cell(method, seed), {"accuracy": 0.5})
    groups = group(read(lab.done()).all)
    rows = [
        (method, method, seed, *point)
        for (method, seed), course in COURSES.items()
        for point in zip(*course, strict=True)
    ]
    timeline = pd.DataFrame(rows, columns=["label", "method", "seed", "seconds", "accuracy"])
    made = time_to_accuracy(FitsView([each for each in groups if each.ok], pd.DataFrame(), 4, timeline, groups))
    assert made is not None
    return made


def test_a_row_is_one_line_at_the_means_and_one_band_over_its_seeds(figure) -> None:
    ax = figure.axes[0]
    (line,) = [line for line in ax.lines if len(line.get_xdata()) == 3]
    np.testing.assert_allclose(line.get_xdata(), [2.0, 3.0, 3.5])
    np.testing.assert_allclose(line.get_ydata(), [0.6, 0.8, 0.85], err_msg="the shorter fit keeps its last accuracy")
    (band,) = ax.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.5, 0.9))


def test_the_start_is_an_open_marker_and_the_end_a_filled_one(figure) -> None:
    ax = figure.axes[0]
    faces = {
        (round(float(line.get_xdata()[0]), 3), line.get_markerfacecolor())
        for line in ax.lines
        if line.get_marker() != "None"
    }
    colours = colours_of(["dec", "kmeans"])
    assert faces == {(2.0, "white"), (3.5, colours["dec"]), (0.6, colours["kmeans"])}
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["dec", "kmeans", "start of clustering"]


def test_the_axis_of_accuracy_is_linear_and_does_not_enlarge_small_differences(lab) -> None:
    lab.ok(lab.cell("dec", 0), {"accuracy": 0.5})
    groups = group(read(lab.done()).all)
    timeline = pd.DataFrame({"label": "dec", "seed": 0, "seconds": [0.0, 1.0], "accuracy": [0.991, 0.992]})
    drawn = time_to_accuracy(FitsView(groups, pd.DataFrame(), 1, timeline, groups))
    assert drawn is not None
    ax = drawn.axes[0]
    low, high = ax.get_ylim()
    assert ax.get_yscale() == "linear"
    assert low < 0.95
    assert 0.992 < high <= 1.02
    assert min(line.get_xdata().min() for line in ax.lines) > 0, "the logarithm of 0 does not exist"


def test_without_a_timeline_there_is_no_figure() -> None:
    assert time_to_accuracy(FitsView([], pd.DataFrame(), 0, pd.DataFrame(), [])) is None
