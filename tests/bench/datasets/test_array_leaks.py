"""Columns of an array that tell the true labels or number the rows: a caveat names them, and they stay features."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_blobs

from bench.datasets.array_leaks import leak_notes
from bench.datasets.given_arrays import given_arrays
from bench.datasets.load import load
from bench.store.reading import Reading

X, Y = make_blobs(300, centers=4, n_features=6, random_state=0)
SHUFFLED = np.random.default_rng(0).permutation(300)
LABELS = {
    "the labels": Y,
    "other numbers": np.array([7.5, 3, 5, -1])[Y],
    "sorted": np.sort(Y),
}
COUNTERS = {
    "from 0": np.arange(300),
    "falls": np.arange(300)[::-1],
    "rows removed": np.delete(np.arange(310), np.arange(5, 305, 30)),
    "shuffled from 0": SHUFFLED,
    "shuffled from 1": SHUFFLED + 1,
}


def told(data: Any, **options: Any) -> list[str]:
    return [note.text for note in given_arrays(data, reading=Reading(**options)).notes if "of X, " in note.text]


@pytest.mark.parametrize("case", LABELS)
def test_a_column_with_the_labels_is_named(case: str):
    y = np.sort(Y) if case == "sorted" else Y
    values = np.insert(X, 2, LABELS[case], axis=1)
    names = np.array(["cat", "dog", "eel", "fox"])[y]
    expected = (
        "the column 2 of X, a feature, has one number for each class of y, so the features tell the true labels; to "
        "leave it out, use numpy.delete(X, [2], axis=1)"
    )
    assert told((values, names)) == [expected]
    assert told(values) == []
    assert told((np.delete(values, [2], axis=1), names)) == []
    assert given_arrays((values, names)).features.shape == (300, 7)


def test_labels_with_one_exception_or_fewer_numbers_are_no_leak():
    wrong = Y.copy()
    wrong[np.flatnonzero(Y == 0)[-1]] = 1
    assert told((np.c_[X, wrong], Y)) == []
    assert told((np.c_[X, np.minimum(Y, 2)], Y)) == []
    assert told((np.c_[X, Y], np.arange(300) % 100 * 0)) == []


@pytest.mark.parametrize("case", COUNTERS)
def test_a_column_that_numbers_the_rows_is_named(case: str):
    (line,) = told(np.c_[X, COUNTERS[case]])
    assert line == (
        "the column 6 of X, a feature, has the numbers of the rows; to leave it out, use numpy.delete(X, [6], axis=1)"
    )


def test_numbers_that_are_no_counter():
    gap = SHUFFLED.copy()
    gap[gap == 299] = 300
    for column in (gap, SHUFFLED % 299, SHUFFLED / 2, np.sort(X[:, 0]), np.sort(SHUFFLED % 50)):
        assert told((np.c_[X, column], Y)) == []


def test_several_columns_of_ranks_are_measurements():
    assert told((X.argsort(axis=0).argsort(axis=0), Y)) == []
    assert "columns 0, 1 of X, which are features, have" in told((np.c_[SHUFFLED, SHUFFLED, X], Y))[0]


def test_columns_of_a_frame_have_their_names():
    frame = pd.DataFrame(X, columns=list("abcdef")).assign(code=Y * 2, place=SHUFFLED)
    assert [line.partition(" of X")[0] for line in told((frame, Y))] == ["the column 'code'", "the column 'place'"]
    assert "use X.drop(columns=['code'])" in told((frame, Y))[0]


def test_files_of_arrays_are_looked_at(tmp_path: Path):
    np.save(tmp_path / "a.npy", np.c_[X, SHUFFLED])
    np.savez(tmp_path / "b.npz", X=np.c_[X, Y], y=Y)
    for name, word in (("a.npy", "the numbers of the rows"), ("b.npz", "one number for each class of y")):
        (note,) = load(str(tmp_path / name)).notes
        assert note.kind == "caveat"
        assert note.text.startswith(f"data set '{name}': the column 6 of X, a feature, has {word}")


def real(name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    loaders = {"digits": load_digits, "iris": load_iris, "wine": load_wine, "cancer": load_breast_cancer}
    values, labels = loaders[name](return_X_y=True)
    return values, labels


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "cancer"])
def test_real_tables_have_no_leaks(name: str):
    values, labels = real(name)
    order = np.argsort(labels, kind="stable")
    assert leak_notes(values, labels, None) == []
    assert leak_notes(values[order], labels[order], None) == []
    assert leak_notes(np.sort(values, axis=0), labels, None) == []


def test_columns_of_one_hot_codes_are_no_leak():
    assert leak_notes(np.c_[X, np.eye(4)[Y], np.eye(5)[np.arange(300) % 5]], Y, None) == []


def test_images_and_short_tables_are_not_looked_at():
    pixels = np.zeros((300, 2, 2))
    pixels[:, 0, 0] = Y / 4
    assert told((pixels, Y)) == []
    assert told((pixels.reshape(300, 4), Y), image_shape=(2, 2, 1)) == []
    assert told((np.c_[X[:10], Y[:10]], Y[:10])) == []
