"""The figures of strips show every seed and name their spaces."""

from itertools import pairwise

import pytest

from bench.report.figures.labels import label_strips
from bench.report.figures.silhouettes import silhouette_strips
from bench.report.outcomes import read


def points(ax) -> int:
    return sum(len(collection.get_offsets()) for collection in ax.collections)


def test_every_finished_seed_is_one_dot_in_every_panel(full) -> None:
    figure = label_strips(read(full))
    assert figure is not None
    assert [ax.get_title() for ax in figure.axes] == ["Accuracy ↑", "ARI ↑", "NMI ↑"]
    assert [points(ax) for ax in figure.axes] == [10, 10, 10]
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["dec", "ae-kmeans", "som", "kmeans"]


def test_the_two_spaces_have_panels_that_name_them(full) -> None:
    figure = silhouette_strips(read(full))
    assert figure is not None
    raw, own = figure.axes
    assert "input space" in raw.get_title()
    assert "own space" in own.get_title()
    assert max(x for c in raw.collections for x, _ in c.get_offsets()) < 0.1
    assert max(x for c in own.collections for x, _ in c.get_offsets()) == pytest.approx(0.777 * 1.02)


def test_tick_labels_do_not_overlap(full) -> None:
    for figure in (label_strips(read(full)), silhouette_strips(read(full))):
        assert figure is not None
        figure.canvas.draw()
        for ax in figure.axes:
            low, high = sorted(ax.get_xlim())
            boxes = [
                label.get_window_extent()
                for tick, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
                if low <= tick <= high
            ]
            assert len(boxes) >= 2
            assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
