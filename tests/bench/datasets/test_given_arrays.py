"""Arrays as a data set: what they become, and one line for each array that is not valid."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_wine
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch

from bench.datasets.catalogue import BUNDLED
from bench.datasets.given_arrays import given_arrays
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import fact

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
    text = f"the pixels are integers of type {np.dtype(dtype)}: they were divided by {highest:,}."
    assert data.notes == (fact(text),)


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
    assert "it has been made again" in given_arrays((TABLE, Y)).notes[0].text
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


def test_columns_with_names_are_standardised_and_numbers_without_names_are_not():
    frame = pd.DataFrame(TABLE, columns=["p", "q", "r"])
    named = given_arrays((frame, Y))
    np.testing.assert_allclose(named.features, StandardScaler().fit_transform(TABLE), atol=1e-6)
    assert named.feature_kind == "columns, standardised"
    assert "3 columns are standardised" in named.notes[0].text
    assert given_arrays((TABLE, Y)).feature_kind == "columns, not scaled"
    plain = given_arrays((frame, Y), reading=Reading(scale="none"))
    assert (plain.features.tolist(), plain.notes) == (TABLE.astype(np.float32).tolist(), ())
    assert given_arrays((TABLE, Y), reading=Reading(scale="standard")).digest == named.digest
    assert given_arrays((TABLE, Y), reading=Reading(scale="minmax")).features.max() == 1


def test_a_frame_is_read_as_the_same_table_in_a_file(tmp_path: Path):
    frame = pd.DataFrame({"id": [9, 8, 7, 6, 5, 4], "a": TABLE[:, 0], "b": TABLE[:, 1], "species": Y})
    frame.to_csv(tmp_path / "a.csv", index=False)
    given, of_file = given_arrays(frame), load(str(tmp_path / "a.csv"))
    assert given.digest == of_file.digest
    assert (given.class_names, given.row_names) == (["a", "b", "c"], tuple("987654"))
    chosen = given_arrays(frame.assign(other=[1, 2] * 3), reading=Reading(label_column="other"))
    assert (chosen.class_names, chosen.reading) == (["1", "2"], Reading(label_column="other"))
    with pytest.raises(UsageError, match="label_column is for a DataFrame"):
        given_arrays((TABLE, Y), reading=Reading(label_column="other"))


def test_the_index_of_a_frame_names_the_rows():
    frame = pd.DataFrame(TABLE, index=list("uvwxyz"))
    assert given_arrays(frame).row_names == given_arrays((frame, Y)).row_names == tuple("uvwxyz")
    assert given_arrays(pd.DataFrame(TABLE)).row_names is None
    assert given_arrays(pd.DataFrame(TABLE, index=list("aabbcc"))).row_names is None
    assert given_arrays((frame, Y)).name != given_arrays((frame.set_axis(list("abcdef")), Y)).name


def test_rows_with_missing_values_are_left_out_on_request():
    frame = pd.DataFrame({"a": [1.0, None, 3.0, 4.0], "b": [1.0, 2.0, 3.0, np.inf]}, index=list("wxyz"))
    for given in (frame, (frame.to_numpy(), ["p", "q", "p", "q"])):
        data = given_arrays(given, reading=Reading(on_bad="skip", scale="none"))
        assert data.features.tolist() == [[1, 1], [3, 3]]
        assert any("these rows are left out: 1, 3" in note.text for note in data.how_read)
        assert data.row_names == (("w", "y") if given is frame else ("row 0", "row 2"))


def test_a_bunch_has_its_images_or_data_and_its_target():
    wine = given_arrays(load_wine())
    assert (wine.class_names, wine.feature_kind) == (["class_0", "class_1", "class_2"], "columns, standardised")
    iris = given_arrays(load_iris(as_frame=True))
    assert iris.class_names == ["setosa", "versicolor", "virginica"]
    assert iris.digest == given_arrays(load_iris()).digest
    digits = given_arrays(load_digits())
    assert (digits.image_shape, digits.digest) == ((8, 8, 1), BUNDLED["digits"].digest)
    assert fact("the pixels are whole numbers: they were divided by 16.") in digits.notes
    assert given_arrays(Bunch(data=TABLE)).labels is None


def test_rows_of_pixels_are_images_on_request():
    X, y = load_digits(return_X_y=True)
    images = given_arrays((X, y), reading=Reading(image_shape=(8, 8, 1)))
    assert (images.image_shape, images.digest) == ((8, 8, 1), BUNDLED["digits"].digest)
    with pytest.raises(UsageError, match="--image-shape 4x4x1 has 16 numbers, and a row has 64"):
        given_arrays((X, y), reading=Reading(image_shape=(4, 4, 1)))


FRAME = pd.DataFrame({"age": [1.0, None, 3.0], "sex": ["f", "m", "f"], "born": pd.to_datetime(["2020-01-01"] * 3)})
WRONG: dict[str, tuple[Any, str]] = {
    "columns of X": ((FRAME, [1, 2, 1]), "X has 2 columns that are not numeric: sex, born; remove or encode them"),
    "missing in X": (
        (FRAME[["age"]], [1, 2, 1]),
        "X has 1 values that are missing.* 1 of 3 samples, in the columns age",
    ),
    "columns": (FRAME, r"has 2 columns that are not numeric: 'sex' \(words such as 'f'\), 'born' \(dates\); remove"),
    "missing in a frame": (
        FRAME[["age"]],
        r"1 value that is missing .*in 1 of 3 rows, in the column 'age' \(first: .* row 1,",
    ),
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
    "channels": (
        np.zeros((2, 8, 8, 2)),
        r"X has shape .*, 2 channels; expected 1 \(grey\) or 3 \(colours\): X\[..., :1\] keeps 1",
    ),
    "four channels": (np.zeros((2, 8, 8, 4)), r"4 channels; expected 1 .*: X\[..., :3\] keeps 3, without the opacity"),
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
