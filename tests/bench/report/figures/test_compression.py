"""The figure of smaller models has a point for each form and row, and no accuracy without true labels."""

import compression_rows
import numpy as np
import pytest

from bench.report.figures.compression import compression_panels
from bench.report.figures.palette import colours_of
from bench.report.figures.views import CompressionView


def test_one_point_for_each_form_and_row_with_the_means_of_the_seeds():
    frame = compression_rows.frame()
    figure = compression_panels(CompressionView(frame))
    assert [ax.get_ylabel() for ax in figure.axes] == ["accuracy"] * 2 + ["share of labels as float32"] * 2
    ax = figure.axes[0]
    assert len(ax.containers) == 4
    (x,), (y,) = ax.containers[1].lines[0].get_data()
    rows = frame[(frame["label"] == "dec (a)") & (frame["form"] == "pruned 0.9")]
    assert (float(x), float(y)) == pytest.approx((rows["deflated_bytes"].mean() / 1000, rows["accuracy"].mean()))
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["float32", "pruned 0.9", "dec (a)", "dec (b)"]


def test_rows_of_one_method_have_its_colour_and_other_fills():
    methods = {"kmeans": "kmeans", "dec (a)": "dec", "dec (b)": "dec"}
    figure = compression_panels(CompressionView(compression_rows.frame(), methods))
    points = [container.lines[0] for container in figure.axes[0].containers]
    assert {point.get_color() for point in points} == {colours_of(methods.values())["dec"]}
    assert len({(point.get_marker(), point.get_fillstyle()) for point in points}) == 4


def test_without_true_labels_and_without_rows():
    frame = compression_rows.frame().assign(accuracy=np.nan)
    assert len(compression_panels(CompressionView(frame)).axes) == 2
    assert compression_panels(CompressionView(frame[:0])) is None
