"""Drawn rows: how many, which, of which classes, and the sentence about them."""

from pathlib import Path

import numpy as np
import pytest
from numbered_rows import content, numbered_rows
from pictures import class_folders

from bench.datasets.limit import limited, shares
from bench.datasets.load import load
from bench.datasets.rows import Rows
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import fact, part


def rows_of(*counts: int, labelled: bool = True) -> Rows:
    """Rows with the numbers 0, 1, … as content, of classes of these sizes, in mixed order."""
    labels = np.random.default_rng(1).permutation(np.repeat(np.arange(len(counts)), counts))
    names = tuple(f"{row}.txt" for row in range(sum(counts)))
    classes = [str(label) for label in range(len(counts))]
    return numbered_rows(labels, classes, labelled=labelled, names=names)


def test_rows_are_drawn_once_in_order_and_always_the_same():
    rows = rows_of(30, 70)
    drawn = limited(rows, Reading(limit=40))
    numbers = content(drawn)
    assert len(drawn) == len(set(numbers)) == 40
    assert numbers == sorted(numbers)
    assert numbers != list(range(40))
    assert numbers == content(limited(rows, Reading(limit=40)))
    assert drawn.names == tuple(f"{row}.txt" for row in numbers)
    assert drawn.labels is not None
    assert rows.labels is not None
    np.testing.assert_array_equal(drawn.labels, rows.labels[numbers])
    assert drawn.parts == {"train": sum(row < 10 for row in numbers), "test": sum(row >= 10 for row in numbers)}
    assert drawn.how_read == [part("40 of 100 rows, drawn at random (generator seed 0).")]
    assert drawn.called(0) == repr(f"{numbers[0]}.txt")


def test_without_stratify_labels_do_not_change_the_draw():
    assert content(limited(rows_of(50, 50), Reading(limit=20))) == content(
        limited(rows_of(100, labelled=False), Reading(limit=20))
    )


def test_stratified_rows_keep_the_shares_of_the_classes():
    drawn = limited(rows_of(500, 300, 200), Reading(limit=10, stratify=True))
    assert drawn.labels is not None
    assert np.bincount(drawn.labels).tolist() == [5, 3, 2]
    assert content(drawn) == sorted(content(drawn))
    assert "10 of 1,000 rows, drawn at random within each class" in drawn.how_read[0].text
    assert "the true labels were used for this draw only" in drawn.how_read[0].text


@pytest.mark.parametrize(
    ("counts", "total", "expected"),
    [
        ([90, 9, 1, 0], 10, [8, 1, 1, 0]),
        ([1, 1, 1], 2, None),
        ([10, 10, 10], 4, [2, 1, 1]),
        ([997, 1, 1, 1], 4, [1, 1, 1, 1]),
        ([5, 4, 1], 10, [5, 4, 1]),
        ([3, 3], 5, [3, 2]),
    ],
)
def test_shares_by_the_largest_remainder(counts: list[int], total: int, expected: list[int] | None):
    if expected is None:
        with pytest.raises(UsageError, match="needs at least one row for each of the 3 classes"):
            limited(rows_of(*counts), Reading(limit=total, stratify=True))
        return
    assert shares(np.array(counts), total) == expected


def test_shares_of_any_classes_are_whole_and_possible():
    generator = np.random.default_rng(0)
    for _ in range(200):
        counts = generator.integers(0, 50, generator.integers(1, 8)) + np.eye(1, 1, dtype=np.int64)[0]
        total = int(generator.integers(np.count_nonzero(counts), counts.sum() + 1))
        result = np.array(shares(counts, total))
        assert result.sum() == total
        assert (result <= counts).all()
        assert ((result > 0) == (counts > 0)).all()


def test_a_limit_above_the_number_of_rows_keeps_all():
    drawn = limited(rows_of(5, 10), Reading(limit=15))
    assert content(drawn) == list(range(15))
    assert drawn.how_read == [fact("All 15 rows are used: --limit 15 is not below it.")]


def test_stratify_without_labels_is_one_line():
    with pytest.raises(UsageError, match="'set' has no labels, which --stratify needs; give --limit alone"):
        limited(rows_of(20, labelled=False), Reading(limit=5, stratify=True))


def test_a_limited_data_set_is_loaded_and_says_so(tmp_path: Path):
    folder = class_folders(tmp_path / "set", 20)
    data = load(str(folder), reading=Reading(limit=10, stratify=True))
    assert data.labels is not None
    assert np.bincount(data.labels).tolist() == [5, 5]
    assert data.summary().caveats == [remark.text for remark in data.how_read if remark.kind == "part"] != []
    assert data.summary().how_read == [remark.text for remark in data.how_read if remark.kind == "fact"]
    everything = load(str(folder))
    assert {row.tobytes() for row in data.features} < {row.tobytes() for row in everything.features}
    assert data.digest == load(str(folder), reading=Reading(limit=10, stratify=True)).digest


@pytest.mark.parametrize("name", ["digits", "mnist-5k"])
def test_bundled_data_sets_are_limited_and_resized(name: str):
    everything = load(name)
    data = load(name, reading=Reading(limit=50, stratify=True))
    assert data.labels is not None
    assert np.bincount(data.labels).tolist() == [5] * 10
    assert {row.tobytes() for row in data.features} < {row.tobytes() for row in everything.features}
    assert load(name, reading=Reading(limit=10**6)).digest == everything.digest
    small = load(name, reading=Reading(limit=20, resize=4))
    assert small.image_shape == (4, 4, 1)
    assert (small.features.min(), small.features.max() <= 1) == (0, True)


@pytest.mark.parametrize(
    ("reading", "option"),
    [
        (Reading(transparent="black"), "--transparent"),
        (Reading(on_bad="skip"), "--on-bad"),
        (Reading(label_column="x", limit=5), "--label-column"),
    ],
)
def test_options_that_do_nothing_for_a_bundled_data_set_are_refused(reading: Reading, option: str):
    with pytest.raises(UsageError) as caught:
        load("digits", reading=reading)
    assert str(caught.value) == (
        f"data set 'digits' is bundled: {option} does nothing there; expected only --resize, --resize-mode, --limit, "
        f"--stratify, --class-sizes, --features; remove {option}"
    )
