"""The figure of ranks: one panel for each metric, one dot for each data set."""

import pytest

from bench.report.figures.ranks import rank_strips
from bench.report.figures.write import write_view
from bench.report.sets_view import read_view

pytestmark = pytest.mark.draws


def scores(accuracy: float, ari: float) -> list[dict[str, float]]:
    return [{"accuracy": accuracy, "ari": ari}]


def test_dots_are_at_the_ranks_and_bars_at_their_means(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": scores(0.5, 0.5), "som": scores(0.6, 0.4), "gmm": ["failed"]})
    sets_lab.add("two", {"kmeans": scores(0.5, 0.5), "som": scores(0.4, 0.4), "gmm": ["failed"]})
    figure = rank_strips(read_view(sets_lab.done()))
    assert figure is not None
    accuracy, ari = figure.axes
    assert [ax.get_title() for ax in figure.axes] == ["rank in Accuracy", "rank in ARI"]
    assert [sorted(dots.get_offsets()[:, 0].tolist()) for dots in accuracy.collections] == [[1, 2], [1, 2]]
    assert [line.get_xdata()[0] for line in ari.lines] == [1.0, 2.0]
    assert [text.get_text() for text in accuracy.texts] == ["n/a"]
    assert [label.get_text() for label in accuracy.get_yticklabels()] == ["kmeans", "som", "gmm"]


def test_rows_are_sorted_by_the_mean_rank_and_the_title_says_so(sets_lab) -> None:
    for title in ("one", "two"):
        sets_lab.add(title, {"kmeans": scores(0.1, 0.5), "som": scores(0.4, 0.4), "gmm": scores(0.9, 0.1)})
    figure = rank_strips(read_view(sets_lab.done()))
    assert figure is not None
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["gmm", "som", "kmeans"]
    assert figure.get_suptitle() == "rows sorted by the mean rank in Accuracy, best first"


def test_it_is_written_only_if_rows_are_ranked(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": scores(0.5, 0.5)})
    store = sets_lab.done()
    view = read_view(store)
    assert rank_strips(view) is None
    assert write_view(store, view) == []
    sets_lab.add("two", {"kmeans": scores(0.5, 0.5), "som": scores(0.4, 0.4)})
    store = sets_lab.done()
    assert [path.name for path in write_view(store, read_view(store))] == ["ranks.png"]
