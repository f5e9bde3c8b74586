"""The figures show every seed, name their spaces and leave matplotlib as it was."""

from itertools import pairwise

import matplotlib as mpl
import pytest

from bench.report.figures.curves import curves
from bench.report.figures.strips import label_strips, silhouette_strips
from bench.report.figures.write import write_figures
from bench.report.groups import group
from bench.report.results import read


def points(ax) -> int:
    return sum(len(collection.get_offsets()) for collection in ax.collections)


def test_all_figures_are_written_as_png(full) -> None:
    paths = write_figures(full)
    assert [path.name for path in paths] == ["labels.png", "silhouettes.png", "training.png"]
    assert all(path.parent == full.path("figures") for path in paths)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert all("<svg" in path.with_suffix(".svg").read_text() for path in paths)


def test_every_finished_seed_is_one_dot_in_every_panel(full) -> None:
    groups = group(read(full).outcomes)
    figure = label_strips(groups)
    assert figure is not None
    assert [ax.get_title() for ax in figure.axes] == ["Accuracy ↑", "ARI ↑", "NMI ↑"]
    assert [points(ax) for ax in figure.axes] == [10, 10, 10]
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["dec", "ae-kmeans", "som", "kmeans"]


def test_the_two_spaces_have_panels_that_name_them(full) -> None:
    groups = group(read(full).outcomes)
    figure = silhouette_strips(groups)
    assert figure is not None
    raw, own = figure.axes
    assert "input space" in raw.get_title()
    assert "own space" in own.get_title()
    assert max(x for c in raw.collections for x, _ in c.get_offsets()) < 0.1
    assert max(x for c in own.collections for x, _ in c.get_offsets()) == pytest.approx(0.777 * 1.02)


def test_a_panel_per_history_and_a_line_per_seed(full) -> None:
    figure = curves(group(read(full).outcomes))
    assert figure is not None
    titles = [ax.get_title() for ax in figure.axes if ax.get_title()]
    assert sorted(titles) == [
        "cluster/kl",
        "cluster/label change",
        "cluster/reconstruction",
        "pretrain/reconstruction",
    ]
    assert [len(ax.lines) for ax in figure.axes] == [2, 2, 2, 2], "seed 1 of dec failed"


def test_nothing_to_show_is_no_figure_and_removes_an_old_one(lab) -> None:
    lab.ok(lab.cell("kmeans", 0), {"silhouette_input": 0.1})
    store = lab.done()
    store.path("figures").mkdir()
    for name in ("training.png", "training.svg"):
        store.path("figures", name).write_bytes(b"old")
    assert [path.name for path in write_figures(store)] == ["silhouettes.png"]
    assert {path.name for path in store.path("figures").iterdir()} == {"silhouettes.png", "silhouettes.svg"}


def test_drawing_changes_no_setting_and_opens_no_pyplot_figure(full) -> None:
    before = dict(mpl.rcParams)
    write_figures(full)
    assert dict(mpl.rcParams) == before
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_equal_records_give_equal_pictures(full) -> None:
    first = [path.read_bytes() for path in write_figures(full)]
    assert [path.read_bytes() for path in write_figures(full)] == first


def test_tick_labels_do_not_overlap(full) -> None:
    groups = group(read(full).outcomes)
    for figure in (label_strips(groups), silhouette_strips(groups)):
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
