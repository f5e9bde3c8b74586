"""The heat map of agreement."""

import pandas as pd

from bench.report.figures.agreement_heatmap import agreement_heatmap
from bench.report.figures.views import FitsView


def test_every_fit_is_a_row_and_a_column():
    names = ["dec, seed 0", "kmeans, seed 0"]
    figure = agreement_heatmap(FitsView([], pd.DataFrame([[1, 0.25], [0.25, 1]], names, names), 2, pd.DataFrame()))
    assert figure is not None
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.texts] == ["1.00", "0.25", "0.25", "1.00"]
    assert [text.get_text() for text in ax.get_yticklabels()] == names
    assert [text.get_text() for text in ax.get_xticklabels()] == names


def test_without_compared_fits_there_is_no_figure():
    assert agreement_heatmap(FitsView([], pd.DataFrame(), 0, pd.DataFrame())) is None
