"""Arrays as a data set: what they become, and one line for each array that is not valid."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_wine
from sklearn.utils import Bunch

from bench.datasets.catalogue import BUNDLED
from bench.datasets.given_arrays import given_arrays
from bench.datasets.load import load
from bench.errors import UsageError

RANDOM = np.random.default_rng(0)
TABLE = RANDOM.normal(size=(6, 3))
GREY = RANDOM.uniform(size=(6, 4, 5))
Y = ["b", "a", "a", "b", "c", "a"]


def test_a_table_has_no_image_shape_and_keeps_its_numbers():
    data = given_arrays((TABLE, Y))
    assert data.image_shape is None
    assert data.features.tolist() == TABLE.astype(np.float32).tolist()
    assert (data.labels.tolist(), data.class_names) == ([1, 0, 0, 1, 2, 0], ["a", "b", "c"])
    assert data.summary().n_features == 3
    assert not data.features.flags.writeable


@pytest.mark.parametrize(("X", "shape"), [(GREY, (4, 5, 1)), (GREY[..., None], (4, 5, 1))])
def test_three_or_four_dimensions_are_images(X: Any, shape: tuple[int, int, int]):
    data = given_arrays(X)
    assert (data.image_shape, data.labels, data.class_names, data.notes) == (shape, None, None, ())
    assert data.features.tolist() == GREY.reshape(6, 20).astype(np.float32).tolist()


@pytest.mark.parametrize(("dtype", "highest"), [(np.uint8, 255), (np.uint16, 65535)])
def test_integer_pixels_are_divided_as_those_of_files(dtype: type, highest: int):
    pixels = RANDOM.integers(0, highest + 1, size=(5, 4, 4, 3)).astype(dtype)
    data = given_arrays(pixels)
    expected = pixels.astype(np.float32) / np.float32(highest)
    assert data.features.tolist() == expected.reshape(5, -1).tolist()
    assert data.notes == (f"the pixels are integers of type {np.dtype(dtype)}: they were divided by {highest:,}.",)


def test_the_arrays_of_a_bundled_data_set_have_its_digest():
    digits = load_digits()
    assert given_arrays((digits.images / 16, digits.target)).digest == BUNDLED["digits"].digest


def test_the_same_arrays_have_the_same_name_and_others_another_one():
    first = given_arrays((TABLE, Y))
    assert given_arrays((pd.DataFrame(TABLE), pd.Series(Y))).name == first.name
    assert given_arrays((TABLE.tolist(), np.array(Y))).name == first.name
    assert given_arrays(TABLE).digest != first.digest
    renamed = given_arrays((TABLE, [each.upper() for each in Y]))
    assert (renamed.digest, renamed.class_names) == (first.digest, ["A", "B", "C"])
    assert renamed.name != first.name
    assert given_arrays((TABLE, Y)).class_names == ["a", "b", "c"]


def test_other_processes_find_them_by_their_name(cache_dir: Path):
    data = given_arrays((TABLE, Y))
    again = load(data.name)
    assert (again.digest, again.class_names, again.image_shape) == (data.digest, ["a", "b", "c"], None)
    for path in cache_dir.rglob("features.npy"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(UsageError, match=r"is damaged .*; call bench\.run with the same arrays"):
        load(data.name)
    assert "it has been made again" in given_arrays((TABLE, Y)).notes[0]
    assert load(data.name).digest == data.digest
    with pytest.raises(UsageError, match=r"'arrays:0123' was given as arrays in Python, and is not in the cache"):
        load("arrays:0123")


@pytest.mark.parametrize("y", [[2, 1, 1, 2, 10, 1], [True, False] * 3, [1.5, "a", "a", 1.5, (1,), "a"]])
def test_labels_of_any_type(y: list[Any]):
    values = np.empty(6, object)
    values[:] = y
    data = given_arrays((TABLE, values))
    assert data.class_names is not None
    assert [data.class_names[label] for label in data.labels] == [str(each) for each in y]
    if y[0] == 2:
        assert data.class_names == ["1", "2", "10"]


def test_everything_that_numpy_can_convert():
    torch = pytest.importorskip("torch")
    first = given_arrays((TABLE, [0, 1, 0, 1, 0, 1]))
    given = torch.tensor(TABLE), torch.tensor([0, 1, 0, 1, 0, 1])
    assert given_arrays(given).name == first.name
    with pytest.raises(UsageError, match=r"X of type Tensor cannot be read as an array .*detach"):
        given_arrays(torch.zeros(3, 2, requires_grad=True))


FRAME = pd.DataFrame({"age": [1.0, None, 3.0], "sex": ["f", "m", "f"], "born": pd.to_datetime(["2020-01-01"] * 3)})
WRONG: dict[str, tuple[Any, str]] = {
    "columns of X": ((FRAME, [1, 2, 1]), "X has 2 columns that are not numeric: sex, born; remove or encode them"),
    "missing in X": ((FRAME[["age"]], [1, 2, 1]), "X has 1 values that are missing.* 1 of 3 samples, in the columns age"),
    "columns": (FRAME, r"has 2 columns that are not numeric: 'sex' \(words such as 'f'\), 'born' \(dates\); remove"),
    "missing in a frame": (FRAME[["age"]], r"1 value that is missing .*in 1 of 3 rows, in the column 'age' \(first: .* row 1,"),
    "missing in a nullable frame": (pd.DataFrame({"n": pd.array([1, None], "Int64")}), "missing.* in the column 'n'"),
    "infinite": ([[1.0, np.inf], [0.0, 1.0]], "1 values that are missing, infinite .*, in 1 of 2 samples"),
    "beyond float32": (np.array([[1e200], [0.0]]), "infinite or beyond float32"),
    "NaN in images": (np.full((2, 3, 3), np.nan), "X has 18 values that are missing"),
    "one dimension": (np.arange(3.0), r"X has shape \(3,\); expected .*X.reshape\(-1, 1\)"),
    "five dimensions": (np.zeros((1, 2, 3, 4, 5)), r"X has shape \(1, 2, 3, 4, 5\); expected \(n_samples"),
    "no samples": (np.zeros((0, 3)), r"X of shape \(0, 3\) is empty"),
    "sparse": (sparse.csr_matrix(np.eye(3)), r"X is a sparse matrix; expected a dense array: X.toarray\(\)"),
    "masked": (np.ma.array(np.eye(2), mask=np.eye(2)), r"X has masked values; expected .*X.filled\(VALUE\)"),
    "objects": (np.array([[1, None]], object), "X has values of type object; expected numbers"),
    "texts": ([["a", "b"]], "X has values of type <U1; expected numbers"),
    "complex": (np.array([[1j]]), "X has values of type complex128; expected numbers"),
    "ragged": ([[1, 2], [3]], "X of type list cannot be read as an array"),
    "channels": (np.zeros((2, 8, 8, 2)), r"X has shape .*, 2 channels; expected 1 \(grey\) or 3 \(colours\)\."),
    "channels first": (np.zeros((2, 3, 8, 8)), r"X.transpose\(0, 2, 3, 1\) moves the channels to the end"),
    "pixels to 16": (load_digits().images, r"float64 with pixels from 0 to 16; expected \[0, 1\]: divide them by 16"),
    "negative pixels": (GREY - 0.5, r"expected \[0, 1\]: .* give them as a table: X.reshape\(len\(X\), -1\)"),
    "integers": (load_digits().images.astype(int), r"int64 with pixels from 0 to 16; .*astype\('uint8'\)"),
    "a Bunch of a regression": (load_diabetes(), "dataset is a Bunch of a regression: .* give bunch.data alone"),
    "a Bunch without data": (Bunch(a=1), "dataset is a Bunch with a; expected data, and perhaps target"),
    "measurements as labels": (
        (TABLE, [0.5, 1.5, 2.5, 0.5, 1.5, 2.5]),
        "y has numbers with decimals, 3 different ones, such as 0.5; expected classes: give X alone",
    ),
    "no rows": (pd.DataFrame({"a": []}), r"the DataFrame has shape \(0, 1\); expected at least one row"),
    "a dict": ({"X": TABLE}, r"dataset is of type dict; expected the name of a data set, X, or \(X, y\)"),
    "nothing": (None, r"dataset is None; expected the name of a data set, X, or \(X, y\)"),
    "a tuple of three": ((TABLE, Y, Y), r"dataset is a tuple of 3; expected the name of a data set, X, or \(X, y\)"),
    "length": ((TABLE, Y[:5]), "X has 6 samples, and y has 5; expected the same number"),
    "missing label": ((TABLE, ["a", None, "b", "a", "b", "a"]), "y lacks the label of 1 samples"),
    "missing number": ((TABLE, [0, 1, np.nan, 0, 1, np.nan]), "y lacks the label of 2 samples"),
    "one-hot": ((TABLE, np.eye(6)), r"y has shape \(6, 6\); expected \(6,\), .*y.argmax\(axis=1\)"),
    "a column": ((TABLE, np.zeros((6, 1))), r"y has shape \(6, 1\); expected \(6,\), one label for each sample\."),
    "same text": ((TABLE, np.array([1, "1", 1, 1, 1, 1], object)), "different labels with the same text '1'"),
    "row labels": (
        (pd.DataFrame(TABLE), pd.Series(Y, index=[5, 4, 3, 2, 1, 0])),
        r"different row labels \(index\).*y.loc\[X.index\]",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_array_is_one_line(case: str):
    data, message = WRONG[case]
    with pytest.raises(UsageError, match=message) as raised:
        given_arrays(data)
    assert "\n" not in str(raised.value)


def test_the_message_for_a_wrong_tensor_of_labels_names_y():
    unhashable = np.empty(2, object)
    unhashable[:] = [["a"], ["b"]]
    with pytest.raises(UsageError, match=re.escape("y has labels that cannot be hashed")):
        given_arrays((np.eye(2), unhashable))
