"""Classes of unequal size: their sizes, the rows that are drawn, and refusals of one line."""

from pathlib import Path

import numpy as np
import pytest
from documents import ROOT
from numbered_rows import content, numbered_rows
from pictures import class_folders
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from bench.datasets.class_sizes import sizes_between, with_class_sizes
from bench.datasets.given_arrays import given_arrays
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading

MIXED = numbered_rows([number % 3 for number in range(90)], ["a", "b", "c"])


@pytest.mark.parametrize(
    ("first", "last", "n_classes", "expected"),
    [
        (600, 6000, 10, [600 * (digit + 1) for digit in range(10)]),
        (18, 174, 10, [18, 35, 53, 70, 87, 105, 122, 139, 157, 174]),
        (174, 18, 10, [174, 157, 139, 122, 105, 87, 70, 53, 35, 18]),
        (5, 5, 3, [5, 5, 5]),
        (1, 2, 2, [1, 2]),
        (1, 2, 3, [1, 2, 2]),
    ],
)
def test_sizes_are_a_straight_line_over_the_classes(first: int, last: int, n_classes: int, expected: list[int]):
    assert sizes_between(first, last, n_classes) == expected


def test_rows_are_drawn_once_in_order_and_always_the_same():
    drawn = with_class_sizes(MIXED, Reading(class_sizes=(5, 25)))
    numbers = content(drawn)
    assert drawn.labels is not None
    assert np.bincount(drawn.labels).tolist() == [5, 15, 25]
    assert numbers == sorted(set(numbers))
    assert drawn.labels.tolist() == [number % 3 for number in numbers]
    assert numbers == content(with_class_sizes(MIXED, Reading(class_sizes=(5, 25))))
    assert np.flatnonzero(drawn.labels == 0).tolist() != list(range(5)), "the rows are not sorted by their class"
    firsts = [number for number in numbers if number % 3 == 0]
    assert firsts != [0, 3, 6, 9, 12], "rows are drawn at random, and are not the first ones"
    assert drawn.parts == {"train": sum(row < 10 for row in numbers), "test": sum(row >= 10 for row in numbers)}
    assert drawn.origin is not None
    assert drawn.origin.tolist() == numbers


def test_the_rows_are_those_of_the_definition():
    """These rows are part of the definition: another draw makes published figures those of other data."""
    drawn = with_class_sizes(MIXED, Reading(class_sizes=(1, 5)))
    assert content(drawn) == [2, 5, 14, 25, 43, 52, 59, 71, 75]


def test_the_remarks_have_the_numbers_of_each_class():
    how, scores = with_class_sizes(MIXED, Reading(class_sizes=(5, 25))).how_read
    assert how.kind == "part"
    assert how.text.startswith("45 of 90 rows, drawn at random within each class")
    assert "--class-sizes 5:25 (generator seed 0)" in how.text
    assert "rows by class: a: 5 of 30, b: 15 of 30, c: 25 of 30" in how.text
    assert "the true labels were used for this draw only" in how.text
    assert scores.kind == "caveat"
    assert "can still have an accuracy of 0.889" in scores.text


def test_equal_sizes_have_no_caveat_about_large_classes():
    drawn = with_class_sizes(MIXED, Reading(class_sizes=(5, 5)))
    assert drawn.labels is not None
    assert np.bincount(drawn.labels).tolist() == [5, 5, 5]
    assert [remark.kind for remark in drawn.how_read] == ["part"]


def test_without_the_option_all_rows_stay():
    assert with_class_sizes(MIXED, READ_PLAIN) is MIXED


def test_many_classes_are_named_in_part():
    rows = numbered_rows([number % 100 for number in range(300)], [f"class {number}" for number in range(100)])
    text = with_class_sizes(rows, Reading(class_sizes=(1, 3))).how_read[0].text
    assert "class 18: 1 of 3, 80 others (`describe` lists all sizes), class 99: 3 of 3" in text


def test_too_few_rows_are_one_line_with_both_numbers():
    with pytest.raises(UsageError) as refused:
        with_class_sizes(MIXED, Reading(class_sizes=(20, 40)))
    assert str(refused.value) == (
        "data set 'set' has too few rows for --class-sizes 20:40 in 1 of 3 classes: 'c' has 30 and needs 40; choose "
        "smaller sizes, or read more splits"
    )


def test_a_class_without_rows_is_not_dropped():
    rows = numbered_rows([0] * 20 + [2] * 20, ["a", "b", "c"])
    with pytest.raises(UsageError, match="'b' has 0 and needs 6"):
        with_class_sizes(rows, Reading(class_sizes=(2, 10)))


def test_one_class_is_refused():
    with pytest.raises(UsageError, match="has only one class; --class-sizes 2:10 needs two or more"):
        with_class_sizes(numbered_rows([0] * 20, ["a"]), Reading(class_sizes=(2, 10)))


def test_data_without_labels_are_refused(tmp_path: Path):
    X = np.random.default_rng(0).normal(size=(20, 3))
    with pytest.raises(UsageError, match="has no labels, which --class-sizes 2:10 needs"):
        given_arrays(X, reading=Reading(class_sizes=(2, 10)))
    folder = class_folders(tmp_path / "set", 20)
    with pytest.raises(UsageError, match="data set 'set' has no labels, which --class-sizes 2:10 needs"):
        load(str(folder), reading=Reading(class_sizes=(2, 10), label_column="none"))


def test_a_folder_is_drawn_and_the_summary_says_so(tmp_path: Path):
    folder = class_folders(tmp_path / "set", 20)
    data = load(str(folder), reading=Reading(class_sizes=(2, 10)))
    assert data.labels is not None
    assert np.bincount(data.labels).tolist() == [2, 10]
    everything = load(str(folder))
    kept = np.array(data.row_numbers)
    assert (np.diff(kept) > 0).all()
    np.testing.assert_array_equal(data.features, everything.features[kept])
    summary = data.summary()
    assert summary.title == f"{folder} with class sizes 2:10"
    assert summary.reading == Reading(class_sizes=(2, 10))
    assert len(summary.caveats) == 2
    assert "2 of 20" in summary.caveats[0]
    assert everything.summary().title == str(folder)


def test_a_bundled_data_set_and_the_same_arrays_have_the_same_rows():
    reading = Reading(class_sizes=(18, 174))
    bundled, digits = load("digits", reading=reading), load_digits()
    given = given_arrays(((digits.images / 16).astype(np.float32), digits.target), reading=reading)
    assert bundled.row_numbers == given.row_numbers
    np.testing.assert_array_equal(bundled.features, given.features)
    assert bundled.digest == load("digits", reading=reading).digest != load("digits").digest
    assert bundled.digest != load("digits", reading=Reading(class_sizes=(174, 18))).digest


def test_the_guide_has_the_scores_of_a_lost_class():
    true = np.repeat(np.arange(10), sizes_between(600, 6000, 10))
    found = np.where(true == 0, 1, true)
    scores = 1 - 600 / len(true), adjusted_rand_score(true, found), normalized_mutual_info_score(true, found)
    sentence = "accuracy is {:.3f}, ARI is {:.3f} and NMI is {:.3f}".format(*scores)
    assert sentence in " ".join((ROOT / "docs/guides/own-data.md").read_text().split())
