"""The samples that the page shows."""

import numpy as np

from bench.analysis.page_rows import EXAMPLES, MOST_ADDED, drawn_rows, with_examples


def test_all_of_few_samples_and_five_thousand_of_many_are_drawn():
    assert drawn_rows(1797, 64, 50).tolist() == list(range(1797))
    rows = drawn_rows(70_000, 784, 50)
    assert len(set(rows.tolist())) == 5000
    assert rows.tolist() == sorted(rows.tolist())
    assert rows.tolist() == drawn_rows(70_000, 784, 50).tolist()
    assert abs(rows.mean() - 35_000) < 1500  # uniformly


def test_many_fits_and_large_samples_have_fewer_points():
    assert len(drawn_rows(70_000, 784, 1100)) == 1000
    assert len(drawn_rows(70_000, 200_000, 50)) == 500
    assert len(drawn_rows(70_000, 10**9, 10**9)) == 200


def test_rare_fields_get_examples_and_frequent_ones_do_not():
    classes = np.repeat([0, 1], 500)
    labels = classes.copy()
    labels[[3, 700, 701, 702, 703, 704, 705]] = [1, 0, 0, 0, 0, 0, 0]
    drawn = np.arange(10, 600)
    shown = with_examples(drawn, 1000, [12, 5], classes, [labels])
    assert shown[: len(drawn)].tolist() == drawn.tolist()
    assert sorted(shown[len(drawn) :].tolist()) == [3, 5, *range(700, 700 + EXAMPLES)]


def test_the_number_of_examples_is_limited():
    classes = np.arange(20_000) % 5000
    shown = with_examples(np.array([0]), 20_000, [], classes, [classes])
    assert len(shown) == 1 + MOST_ADDED
