"""Arrays in `.npz` and `.npy` files."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from bench.datasets.catalogue import BUNDLED
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of
from bench.store.remarks import caveat

RANDOM = np.random.default_rng(0)
TABLE = RANDOM.normal(size=(6, 3))
GREY = RANDOM.integers(0, 256, size=(6, 8, 8)).astype(np.uint8)
Y = np.array([1, 0, 0, 1, 2, 0])


def read(path: Path, split: str = "train+test", **options: Any) -> ImageData:
    return load(str(path), split, reading=reading_of(options))


def saved(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "a.npz", **arrays)
    return folder / "a.npz"


@pytest.mark.parametrize(("X", "y"), [("X", "y"), ("data", "target"), ("arr_0", "arr_1"), ("features", "labels")])
def test_usual_names(tmp_path: Path, X: str, y: str):
    data = read(saved(tmp_path, **{X: TABLE, y: Y}))
    assert data.features.tolist() == TABLE.astype(np.float32).tolist()
    assert (data.labels.tolist(), data.class_names) == (Y.tolist(), ["0", "1", "2"])
    assert (data.feature_kind, data.notes) == ("columns, not scaled", ())


def test_numbers_without_names_are_scaled_on_request(tmp_path: Path):
    data = read(saved(tmp_path, X=TABLE), scale="standard")
    np.testing.assert_allclose(data.features.std(axis=0), 1, atol=1e-6)
    assert data.feature_kind == "columns, standardised"


def test_the_names_of_keras_are_two_parts(tmp_path: Path):
    path = saved(tmp_path, x_train=GREY[:4], y_train=Y[:4, None], x_test=GREY[4:], y_test=Y[4:, None])
    data = read(path)
    assert (data.split, data.parts, data.image_shape) == ("train+test", {"train": 4, "test": 2}, (8, 8, 1))
    assert data.features.tolist() == (GREY.reshape(6, 64).astype(np.float32) / np.float32(255)).tolist()
    assert data.labels.tolist() == Y.tolist()
    assert any("they were divided by 255" in note.text for note in data.notes)
    test = read(path, "test")
    assert (test.parts, test.labels.tolist()) == ({"test": 2}, [1, 0])
    with pytest.raises(UsageError, match=r"unknown split 'train\[:2\]'; expected all, test, train, or several"):
        read(path, "train[:2]")


def test_the_names_of_medmnist(tmp_path: Path):
    parts = {
        f"{part}_{kind}": GREY if kind == "images" else Y[:, None]
        for part in ("train", "val", "test")
        for kind in ("images", "labels")
    }
    path = saved(tmp_path, **parts)
    assert read(path).parts == {"train": 6, "test": 6}
    assert read(path, "all").parts == {"train": 6, "validation": 6, "test": 6}


def test_the_digits_of_scikit_learn_are_those_of_the_bundled_set(tmp_path: Path):
    digits = load_digits()
    path = saved(tmp_path, X=digits.data, y=digits.target)
    assert read(path, image_shape="8x8").digest == BUNDLED["digits"].digest


def test_an_array_alone(tmp_path: Path):
    np.save(tmp_path / "a.npy", TABLE)
    assert read(tmp_path / "a.npy").features.tolist() == TABLE.astype(np.float32).tolist()
    assert read(saved(tmp_path, anything=TABLE)).features.shape == (6, 3)


def test_arrays_that_are_not_read_are_named(tmp_path: Path):
    data = read(saved(tmp_path, X=TABLE, y=Y, weights=Y))
    assert data.notes == (caveat("data set 'a.npz': not read: weights"),)


def test_labels_under_another_usual_name_are_read_and_said(tmp_path: Path):
    data = read(saved(tmp_path, features=TABLE, Species=Y))
    assert data.labels.tolist() == Y.tolist()
    assert "the true labels are the array 'Species', found by its name" in data.notes[0].text
    both = read(saved(tmp_path, features=TABLE, species=Y[::-1], y=Y))
    assert both.labels.tolist() == Y.tolist()
    parts = read(saved(tmp_path, x_train=TABLE, species_train=Y))
    assert parts.labels.tolist() == Y.tolist()


def test_arrays_that_may_be_labels_have_a_remedy(tmp_path: Path):
    data = read(saved(tmp_path, X=TABLE, beasts=Y))
    remedy = "not read: beasts; if one of them has the true labels, save it again under the name y"
    assert data.notes == (caveat(f"data set 'a.npz': {remedy}"),)


def test_rows_with_missing_numbers_are_left_out_on_request(tmp_path: Path):
    broken = TABLE.copy()
    broken[2, 1] = np.nan
    path = saved(tmp_path, X=broken, y=Y)
    with pytest.raises(UsageError, match=r"'a.npz': X has 1 values that are missing.*in 1 of 6 samples"):
        read(path)
    data = read(path, on_bad="skip")
    assert data.labels.tolist() == [1, 0, 1, 2, 0]
    assert data.row_names == ("row 0", "row 1", "row 3", "row 4", "row 5")
    assert "these rows are left out: 2" in data.how_read[0].text


def objects(folder: Path) -> None:
    np.savez(folder / "a.npz", X=TABLE, y=np.array(["a", None] * 3, dtype=object))


def bomb(folder: Path) -> None:
    """A header that declares a terabyte."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (100000, 1000000), }"
    content = b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n"
    with zipfile.ZipFile(folder / "a.npz", "w") as archive:
        archive.writestr("X.npy", content)


FAULTS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "objects": (objects, {}, "it has Python objects, which are not loaded, because they can run programs"),
    "a bomb": (bomb, {}, r"array 'X' declares the shape \(100000, 1000000\), but has"),
    "unknown names": ({"a": TABLE, "b": Y}, {}, "has the arrays a, b; expected X and y, data and target"),
    "no arrays": ({}, {}, "has the arrays none; expected X and y"),
    "lengths": ({"X": TABLE, "y": Y[:5]}, {}, "part all has 6 rows and 5 labels"),
    "fields": ({"X": np.zeros(3, [("a", "f4")])}, {}, "the array has the fields a; save the numbers alone"),
    "texts": ({"X": np.array([["a"]])}, {}, "X has values of type <U1; expected numbers"),
    "one dimension": ({"X": Y}, {}, r"X has shape \(6,\); expected"),
    "no dimension": ({"X": np.array(1)}, {}, r"X has shape \(\); expected"),
    "measurements": ({"X": TABLE, "y": TABLE[:, 0]}, {}, "y has numbers with decimals, 6 different ones"),
    "one-hot": ({"X": TABLE, "y": np.eye(6)}, {}, r"y.argmax\(axis=1\)"),
    "split": ({"X": TABLE}, {"split": "train"}, "unknown split 'train'; expected all; --limit takes a part"),
    "label column": ({"X": TABLE}, {"label_column": "y"}, "has arrays without columns; --label-column is for tables"),
    "shapes": ({"x_train": TABLE, "x_test": GREY}, {}, "has parts of different shapes or types"),
    "labels of one part": ({"x_train": TABLE, "y_train": Y, "x_test": TABLE}, {}, "only some of the parts train, test"),
    "resize": ({"X": GREY}, {"resize": 4}, "has rows of numbers; --resize is for other data"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults(tmp_path: Path, case: str):
    make, options, message = FAULTS[case]
    make(tmp_path) if callable(make) else saved(tmp_path, **make)
    with pytest.raises(UsageError, match=message) as caught:
        read(tmp_path / "a.npz", **options)
    assert "\n" not in str(caught.value)
    assert "a.npz" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY", b"text"])
@pytest.mark.parametrize("name", ["a.npz", "a.npy"])
def test_damaged_files(tmp_path: Path, content: bytes, name: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=f"cannot read data set '{name}'"):
        read(tmp_path / name)


def test_objects_in_one_array(tmp_path: Path):
    np.save(tmp_path / "a.npy", np.array([["a", None]], dtype=object))
    with pytest.raises(UsageError, match="it has Python objects, which are not loaded"):
        read(tmp_path / "a.npy")
