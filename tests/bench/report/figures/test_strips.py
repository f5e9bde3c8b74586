"""The figures of strips show every seed and name their spaces."""

from itertools import pairwise

import pytest

from bench.report.figures.labels import label_strips
from bench.report.figures.silhouettes import NOT_LEARNT, silhouette_strips
from bench.report.outcomes import read
from bench.statistics.intervals import interval_of_mean


def points(ax) -> int:
    return sum(len(collection.get_offsets()) for collection in ax.collections)


def test_every_finished_seed_is_one_dot_in_every_panel(full) -> None:
    figure = label_strips(read(full))
    assert figure is not None
    assert [ax.get_title() for ax in figure.axes] == ["Accuracy ↑", "ARI ↑", "NMI ↑"]
    assert [points(ax) for ax in figure.axes] == [10, 10, 10]
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == [
        *("dec\nn = 2 of 3", "ae-kmeans\nn = 3", "som\nn = 2 of 3", "kmeans\nn = 3")
    ]


def test_the_two_spaces_have_panels_that_name_them(full) -> None:
    figure = silhouette_strips(read(full))
    assert figure is not None
    raw, own = figure.axes
    assert "input space" in raw.get_title()
    assert "learnt spaces" in own.get_title()
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


def rows(figure) -> list[str]:
    return [text.get_text().split("\n")[0] for text in figure.axes[0].get_yticklabels()]


def test_rows_are_sorted_by_the_first_metric_and_the_title_says_so(lab) -> None:
    for method, accuracy, nmi in (("kmeans", 0.5, 0.9), ("som", None, 0.1), ("dec", 0.9, 0.5), ("gmm", 0.7, 0.7)):
        lab.ok(lab.cell(method, 0), {"accuracy": accuracy, "nmi": nmi})
    figure = label_strips(read(lab.done()))
    assert rows(figure) == ["dec", "gmm", "kmeans", "som"]
    assert figure.get_suptitle() == "rows sorted by Accuracy, best first"
    dots = [c.get_offsets()[0, 0] for c in figure.axes[0].collections]
    assert dots == [0.9, 0.7, 0.5]
    assert [text.get_text() for text in figure.axes[0].texts] == ["n/a"]


def test_one_seed_is_hollow_and_has_no_mean_and_no_interval(lab) -> None:
    lab.ok(lab.cell("kmeans", 0), {"accuracy": 0.8})
    for seed in range(3):
        lab.ok(lab.cell("som", seed), {"accuracy": 0.5 + 0.1 * seed})
    figure = label_strips(read(lab.done()))
    (ax,) = figure.axes
    single, several = ax.collections
    assert single.get_facecolor().tolist() == [[1, 1, 1, 1]] != several.get_facecolor().tolist()
    level = [line for line in ax.lines if len(set(line.get_ydata())) == 1]
    upright = [line for line in ax.lines if len(set(line.get_xdata())) == 1]
    assert [line.get_ydata()[0] for line in level] == [1]
    assert [line.get_xdata()[0] for line in upright] == [pytest.approx(0.6)]
    expected = interval_of_mean([0.5, 0.6, 0.7])
    assert expected is not None
    assert list(level[0].get_xdata()) == pytest.approx([expected.low, expected.high])
    assert [text.get_text().split("\n")[1] for text in ax.get_yticklabels()] == ["n = 1", "n = 3"]
    assert "hollow if it is the only one" in figure.get_supxlabel()


def test_equal_fits_of_a_method_without_a_seed_are_named(lab) -> None:
    for seed in range(3):
        lab.ok(lab.cell("sklearn.cluster:Birch", seed), {"accuracy": 0.8}, takes_seed=False)
    figure = label_strips(read(lab.done()))
    assert figure.axes[0].get_yticklabels()[0].get_text().endswith("\nn = 3, equal: takes no seed")


def test_a_panel_with_fewer_values_than_fits_has_their_number(lab) -> None:
    for seed, nmi in enumerate((0.5, 0.6, None)):
        lab.ok(lab.cell("som", seed), {"accuracy": 0.5, "nmi": nmi})
    accuracy, nmi = label_strips(read(lab.done())).axes
    assert not accuracy.texts
    assert [text.get_text() for text in nmi.texts] == ["n = 2"]


def test_a_method_without_a_learnt_space_has_no_dot_in_the_panel_of_learnt_spaces(full) -> None:
    figure = silhouette_strips(read(full))
    own = figure.axes[1]
    assert [text.get_text() for text in own.texts] == [NOT_LEARNT] * 2
    silent = [rows(figure)[round(text.get_position()[1])] for text in own.texts]
    assert sorted(silent) == ["kmeans", "som"]
    drawn = {round(y) for c in own.collections for _, y in c.get_offsets()}
    assert sorted(rows(figure)[y] for y in drawn) == ["ae-kmeans", "dec"]


def test_without_a_learnt_space_there_is_one_panel(lab) -> None:
    for method in ("kmeans", "sklearn.cluster:Birch"):
        lab.ok(lab.cell(method, 0), {"silhouette_input": 0.2, "silhouette_own": 0.2})
    (ax,) = silhouette_strips(read(lab.done())).axes
    assert "input space" in ax.get_title()


def test_a_collapsed_learnt_space_is_not_called_the_input_space(lab) -> None:
    lab.ok(lab.cell("dec", 0), {"silhouette_input": 0.2, "collapsed_own": 1.0})
    own = silhouette_strips(read(lab.done())).axes[1]
    assert [text.get_text() for text in own.texts] == ["n/a"]
