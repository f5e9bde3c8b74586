"""The class distribution."""

import pytest

from bench.report.figures.classes import class_distribution
from bench.report.figures.limits import WIDEST
from bench.report.figures.rendering import render
from bench.report.figures.views import DataView


def test_every_class_of_every_part_is_one_bar():
    figure = class_distribution(DataView({"train": {"a": 3, "b": 5}, "test": {"a": 0, "b": 2}}))
    assert figure is not None
    (ax,) = figure.axes
    assert [bar.get_height() for bars in ax.containers for bar in bars] == [3, 5, 0, 2]


def test_data_without_classes_have_no_figure():
    assert class_distribution(DataView({})) is None


@pytest.mark.parametrize(
    "names", [["W" * 180, "b", "c"], ["a" * 12] * 1 + [f"{i} {'x' * 20}" for i in range(40)], ["b"]]
)
def test_long_names_leave_the_bars_their_height_and_are_not_cut(names: list[str]):
    figure = class_distribution(DataView({"train": dict.fromkeys(names, 3)}))
    assert figure is not None
    figure.draw_without_rendering()
    (ax,) = figure.axes
    assert ax.get_window_extent().height > 1.2 * figure.dpi
    boxes = [label.get_window_extent() for label in (*ax.get_xticklabels(), *ax.get_yticklabels())]
    assert min(min(box.y0, box.x0) for box in boxes) > 0
    assert render(figure)[2] == []


def test_many_classes_are_level_bars_that_grow_downwards():
    figure = class_distribution(DataView({"train": {f"a name {i}": i for i in range(100)}}))
    assert figure is not None
    assert figure.get_figwidth() == WIDEST
    (ax,) = figure.axes
    assert [bar.get_width() for bars in ax.containers for bar in bars] == list(range(100))
    assert ax.yaxis_inverted(), "the first class is at the top"
    assert ax.get_xlabel() == "samples"
