"""Confusion matrices."""

import numpy as np

from bench.report.figures.confusion import confusion


def test_a_class_without_samples_is_a_row_of_zeros(fit_view):
    view = fit_view(
        arrays={"labels": np.array([0, 0, 0, 1])}, classes=np.zeros(4, np.int64), matched_classes={0: 0, 1: 1}
    )
    figure = confusion(view)
    assert figure is not None
    assert [text.get_text() for text in figure.axes[0].texts] == ["3", "1", "0", "0"]


def test_clusters_have_the_order_of_their_classes_and_noise_is_not_counted(fit_view):
    view = fit_view(
        arrays={"labels": np.array([2, 2, 0, 0, 1, -1])},
        classes=np.array([0, 0, 1, 1, 1, 0]),
        matched_classes={2: 0, 0: 1},
    )
    figure = confusion(view)
    assert figure is not None
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["2", "0", "1"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["2", "0", "0", "0", "2", "1"]


def test_data_without_classes_have_no_figure(fit_view):
    assert confusion(fit_view(classes=None, class_names=None)) is None
