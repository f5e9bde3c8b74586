"""t-SNE plots."""

import numpy as np
from matplotlib.offsetbox import AnnotationBbox

from bench.report.figures.tsne_plot import tsne_plot

POINTS = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)


def drawn(ax) -> int:
    return sum(len(points.get_offsets()) for points in ax.collections)


def test_without_classes_there_is_one_panel_with_every_sample(fit_view):
    arrays = {"labels": np.arange(50) % 3, "embedding": POINTS}
    figure = tsne_plot(fit_view(arrays=arrays, classes=None, tsne=lambda: (np.arange(50), POINTS)))
    assert figure is not None
    (ax,) = figure.axes
    assert drawn(ax) == 50


def test_a_sample_is_shown_by_class_and_by_cluster_in_the_colours_of_the_classes(fit_view):
    labels, rows = np.arange(60) % 3 - 1, np.arange(10, 60)  # a part of the 50 samples is noise
    view = fit_view(
        arrays={"labels": labels, "embedding": np.zeros((60, 2))},
        classes=np.arange(60) % 2,
        matched_classes={0: 1},
        tsne=lambda: (rows, POINTS),
    )
    figure = tsne_plot(view)
    assert figure is not None
    by_class, by_cluster = figure.axes
    assert drawn(by_class) == 50
    assert drawn(by_cluster) == np.count_nonzero(labels[rows] >= 0)
    colours = [[tuple(points.get_facecolor()[0][:3]) for points in ax.collections] for ax in figure.axes]
    assert colours[1] == [colours[0][1], (0.2, 0.2, 0.2)]
    assert [text.get_text() for text in by_cluster.get_legend().get_texts()] == ["0: b", "1: no class"]
    assert f"not drawn (noise): {np.count_nonzero(labels[rows] < 0)}" in figure.get_suptitle().replace("\n", " ")


def test_the_image_of_a_prototype_lies_beside_its_points(fit_view):
    centres = np.ones((2, 4), np.float32)
    labels = np.arange(50) % 2
    view = fit_view(
        arrays={"labels": labels, "embedding": POINTS, "prototypes": centres, "cluster_centers": centres},
        classes=None,
        tsne=lambda: (np.arange(50), POINTS),
    )
    figure = tsne_plot(view)
    assert figure is not None
    figure.draw_without_rendering()
    (ax,) = figure.axes
    boxes = [child for child in ax.artists if isinstance(child, AnnotationBbox)]
    for k, box in enumerate(boxes):
        median = ax.transData.transform(np.median(POINTS[labels == k], axis=0))
        assert not box.patch.get_window_extent().contains(*median)
    assert len(boxes) == 2


def test_a_method_without_an_embedding_has_no_figure_and_no_tsne(fit_view):
    assert tsne_plot(fit_view()) is None
