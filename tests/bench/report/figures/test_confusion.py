"""Confusion matrices."""

import numpy as np
import pytest

from bench.metrics.external import hungarian_accuracy, match_clusters
from bench.report.figures.confusion import confusion


def fields(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_class_without_samples_is_a_row_of_zeros(fit_view):
    view = fit_view(
        arrays={"labels": np.array([0, 0, 0, 1])}, classes=np.zeros(4, np.int64), matched_classes={0: 0, 1: 1}
    )
    figure = confusion(view)
    assert figure is not None
    assert fields(figure) == ["3", "1", "0", "0"]


def test_clusters_have_the_order_and_the_names_of_their_classes_and_noise_is_not_counted(fit_view):
    labels, classes = np.array([2, 2, 0, 0, 1, -1]), np.array([0, 0, 1, 1, 1, 0])
    figure = confusion(fit_view(arrays={"labels": labels}, classes=classes, matched_classes={2: 0, 0: 1}))
    assert figure is not None
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["a\n(2)", "b\n(0)", "–\n(1)"]
    assert fields(figure) == ["2", "0", "0", "0", "2", "1"]
    framed = [(round(patch.get_x()), round(patch.get_y())) for patch in ax.patches]
    assert framed == [(0, 0), (1, 1)], "matches are on the diagonal"
    assert "1 of 6 samples are noise" in figure.texts[-1].get_text()


def test_the_title_has_the_accuracy_of_the_tables(fit_view):
    random = np.random.default_rng(0)
    classes, labels = random.integers(0, 4, 90), random.integers(-1, 5, 90)
    names = list("abcd")
    view = fit_view(
        arrays={"labels": labels}, classes=classes, class_names=names, matched_classes=match_clusters(classes, labels)
    )
    figure = confusion(view)
    assert figure is not None
    assert figure.get_suptitle() == f"kmeans seed 0: accuracy {hungarian_accuracy(classes, labels):.3f}"


@pytest.mark.parametrize(("names", "rotation"), [(["0", "1"], 0), (["ankle boot", "trouser"], 40)])
def test_only_long_names_are_rotated(fit_view, names, rotation):
    figure = confusion(fit_view(class_names=names))
    assert figure is not None
    ax = figure.axes[0]
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {rotation}
    assert {label.get_rotation() for label in ax.get_yticklabels()} == {0}


@pytest.mark.parametrize("n", [2, 4, 10])
def test_no_text_is_cut(fit_view, n):
    classes = np.arange(2 * n) % n
    view = fit_view(
        title="dec #2, seed 0",
        arrays={"labels": classes},
        classes=classes,
        class_names=[f"class {k}" for k in range(n)],
        matched_classes={k: k for k in range(n)},
        caption="dec small d=10 kl_weight=0.1 seed 0",
    )
    figure = confusion(view)
    assert figure is not None
    figure.canvas.draw()
    ax = figure.axes[0]
    for text in (ax.xaxis.label, ax.yaxis.label, figure.axes[1].yaxis.label, *figure.texts):
        box = text.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1, text.get_text()
        assert 0 <= box.y0 < box.y1 <= figure.bbox.y1, text.get_text()
    assert "kl_weight=0.1" in figure.texts[-1].get_text()


def test_data_without_classes_have_no_figure(fit_view):
    assert confusion(fit_view(classes=None, class_names=None)) is None
