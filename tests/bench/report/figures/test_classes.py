"""The class distribution."""

from bench.report.figures.classes import class_distribution
from bench.report.figures.views import DataView


def test_every_class_of_every_part_is_one_bar():
    figure = class_distribution(DataView({"train": {"a": 3, "b": 5}, "test": {"a": 0, "b": 2}}))
    assert figure is not None
    (ax,) = figure.axes
    assert [bar.get_height() for bars in ax.containers for bar in bars] == [3, 5, 0, 2]


def test_data_without_classes_have_no_figure():
    assert class_distribution(DataView({})) is None
