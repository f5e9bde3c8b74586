"""The heat map of an index shows the values, and marks each method's own space."""

import numpy as np
import pandas as pd
from contrasts import contrast
from matplotlib.patches import Rectangle

from bench.report.figures.index_heatmap import index_heatmap
from bench.report.figures.views import IndexView

ROWS = ["dec, seed 0", "kmeans, seed 0", "true labels"]
MATRIX = pd.DataFrame({"input": [0.1, 0.2, 0.15], "space of dec": [0.7, np.nan, 0.4]}, index=ROWS)


def view(higher: bool, own: list[str | None]) -> IndexView:
    return IndexView("silhouette", "Silhouette", higher, 3, MATRIX, own, [0.0] * 3, "")


def test_values_are_written_the_best_of_a_column_is_dark_and_own_spaces_are_framed() -> None:
    figure = index_heatmap(view(True, ["space of dec", "input", None]))
    assert figure is not None
    ax, _ = figure.axes
    assert [text.get_text() for text in ax.texts] == ["0.100", "0.700", "0.200", "n/a", "0.150", "0.400"]
    frames = [patch.get_xy() for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [(int(x), int(y)) for x, y in frames] == [(1, 0), (0, 1)]
    shades = ax.collections[0].get_array().reshape(3, 2)
    assert shades[:, 0].argmax() == 1


def test_of_an_index_that_should_be_low_the_lowest_is_dark() -> None:
    figure = index_heatmap(view(False, [None] * 3))
    assert figure is not None
    assert figure.axes[0].collections[0].get_array().reshape(3, 2)[:, 0].argmax() == 0


def test_nothing_is_drawn_if_nothing_is_defined() -> None:
    empty = IndexView("silhouette", "Silhouette", True, 3, MATRIX * np.nan, [None] * 3, [np.nan] * 3, "")
    assert index_heatmap(empty) is None


def test_numbers_are_read_on_the_colour_of_their_cell() -> None:
    values = pd.DataFrame({"input": np.linspace(0, 1, 30)}, index=[f"row {i}" for i in range(30)])
    figure = index_heatmap(IndexView("silhouette", "Silhouette", True, 3, values, [None] * 30, [0.0] * 30, ""))
    assert figure is not None
    ax = figure.axes[0]
    figure.draw_without_rendering()
    for text, colour in zip(ax.texts, ax.collections[0].get_facecolors(), strict=True):
        assert contrast(text.get_color(), colour[:3]) >= 4.5


def test_many_spaces_have_colours_only_and_the_title_says_where_the_values_are() -> None:
    values = pd.DataFrame({f"space {i}": [0.1, 0.2] for i in range(20)}, index=["a", "b"])
    figure = index_heatmap(IndexView("silhouette", "Silhouette", True, 3, values, [None] * 2, [0.0] * 2, ""))
    assert figure is not None
    assert not figure.axes[0].texts
    assert "the CSV file has the values" in figure.get_suptitle().replace("\n", " ")
