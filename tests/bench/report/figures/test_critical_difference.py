"""The critical difference diagram: mean ranks, and bars over rows that cannot be told apart."""

import pytest

from bench.report.figures.critical_difference import critical_difference_diagram
from bench.report.figures.write import write_view
from bench.report.sets_view import read_view

pytestmark = pytest.mark.draws


def fill(sets_lab, n_sets: int, values: tuple[float, float, float] = (0.1, 0.5, 0.9)) -> None:
    for number in range(n_sets):
        rows = {method: [{"accuracy": value}] for method, value in zip(("kmeans", "som", "gmm"), values, strict=True)}
        sets_lab.add(f"set-{number}", rows)


def test_the_ranks_are_at_the_rows_and_a_bar_joins_rows_that_cannot_be_told_apart(sets_lab) -> None:
    fill(sets_lab, 5)
    figure = critical_difference_diagram(read_view(sets_lab.done()))
    assert figure is not None
    (ax,) = figure.axes
    texts = " ".join(text.get_text() for text in ax.texts)
    for part in ("gmm", "(1.00)", "som", "(2.00)", "kmeans", "(3.00)"):
        assert part in texts
    assert ax.get_title() == "mean rank in Accuracy over 5 sets: CD = 1.48"


def test_without_a_difference_the_title_says_so(sets_lab) -> None:
    for number in range(6):
        order = (0.1, 0.5, 0.9) if number % 2 else (0.9, 0.5, 0.1)
        rows = {m: [{"accuracy": value}] for m, value in zip(("kmeans", "som", "gmm"), order, strict=True)}
        sets_lab.add(f"set-{number}", rows)
    figure = critical_difference_diagram(read_view(sets_lab.done()))
    assert figure is not None
    assert figure.axes[0].get_title().endswith("over 6 sets: no difference is shown")


def test_four_sets_have_no_diagram(sets_lab) -> None:
    fill(sets_lab, 4)
    store = sets_lab.done()
    assert critical_difference_diagram(read_view(store)) is None
    assert "critical-difference.png" not in [path.name for path in write_view(store, read_view(store))]


def test_a_label_with_markup_is_text(sets_lab) -> None:
    for number in range(5):
        rows = {"$x$:A": [{"accuracy": 0.5}], "b_{2}:B": [{"accuracy": 0.6}], "kmeans": [{"accuracy": 0.1}]}
        sets_lab.add(f"set-{number}", rows)
    store = sets_lab.done()
    assert "critical-difference.png" in [path.name for path in write_view(store, read_view(store))]
