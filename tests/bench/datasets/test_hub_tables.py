"""Folders in the Hub's layout that have only columns of numbers."""

from collections.abc import Callable
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of

MakeFolder = Callable[..., Path]
IRIS = load_iris()
STANDARD = StandardScaler().fit_transform(IRIS.data)


def test_csv_files_are_one_table_with_splits(tmp_path: Path):
    frame = pd.DataFrame(IRIS.data, columns=list("abcd")).assign(species=IRIS.target_names[IRIS.target])
    (tmp_path / "set").mkdir()
    frame[:100].to_csv(tmp_path / "set/train.csv", index=False)
    frame[100:].to_csv(tmp_path / "set/test.csv", index=False)
    data = load(str(tmp_path / "set"))
    np.testing.assert_allclose(data.features, STANDARD, atol=2e-6)
    assert (data.image_shape, data.feature_kind) == (None, "columns, standardised")
    assert (data.split, data.parts) == ("train+test", {"train": 100, "test": 50})
    assert data.labels.tolist() == IRIS.target.tolist()
    test = load(str(tmp_path / "set"), "test", reading=reading_of({"scale": "none"}))
    np.testing.assert_allclose(test.features, IRIS.data[100:], rtol=1e-6)


def test_declared_classes_keep_their_names_and_their_order(make_folder: MakeFolder):
    kinds = {"x": datasets.Value("float64"), "kind": datasets.ClassLabel(names=["z", "never", "a"])}
    folder = make_folder(kinds, train={"x": [1.0, 2.0, 4.0], "kind": [2, 0, 2]})
    data = load(str(folder))
    assert (data.class_names, data.labels.tolist()) == (["z", "never", "a"], [2, 0, 2])
    hidden = make_folder(kinds, name="hidden", train={"x": [1.0, 2.0, 4.0], "kind": [-1, -1, -1]})
    assert load(str(hidden)).labels is None
    asked = load(str(folder), reading=reading_of({"label_column": "none", "scale": "none"}))
    assert (asked.labels, asked.features.tolist()) == (None, [[1], [2], [4]])


def test_missing_values_count_over_all_splits(tmp_path: Path):
    (tmp_path / "set").mkdir()
    pd.DataFrame({"a": [1.0, None], "b": [1, 2]}).to_parquet(tmp_path / "set/train.parquet")
    pd.DataFrame({"a": [None, 4.0], "b": [1, 2]}).to_parquet(tmp_path / "set/test.parquet")
    with pytest.raises(UsageError, match=r"2 values that are missing .* 2 of 4 rows, in the column 'a' \(first: an"):
        load(str(tmp_path / "set"))
    data = load(str(tmp_path / "set"), reading=reading_of({"on_bad": "skip"}))
    assert (data.parts, data.row_names) == ({"train": 1, "test": 1}, ("row 0", "row 3"))
