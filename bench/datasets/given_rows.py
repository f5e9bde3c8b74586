"""The rows of what a program gives: arrays, a DataFrame, or a Bunch of scikit-learn."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from sklearn.utils import Bunch

from bench.datasets.array_rows import array_rows
from bench.datasets.given_checks import split_pair
from bench.datasets.rows import Rows
from bench.datasets.table_data import table_rows
from bench.datasets.table_frame import TableFrame, distinct_names
from bench.errors import UsageError
from bench.store.reading import Reading

SOURCE = "arrays of a Python program"


def given_rows(data: Any, reading: Reading) -> Rows:
    """The rows of `X`, `(X, y)`, a DataFrame or a Bunch; see `given_arrays`. Raises UsageError if not valid."""
    if isinstance(data, pd.DataFrame):
        return _of_frame(data, reading)
    if reading.label_column is not None:
        raise UsageError("label_column is for a DataFrame that has this column; give the labels as y in (X, y).")
    if isinstance(data, Bunch):
        return _of_bunch(data, reading)
    X, y = split_pair(data)
    return array_rows(X, y, reading, source=SOURCE, columns=_columns(X), names=_index(X))


def _of_frame(frame: pd.DataFrame, reading: Reading) -> Rows:
    """A table whose labels and names of rows are columns, as those of a file are."""
    if not len(frame) or not len(frame.columns):
        raise UsageError(f"the DataFrame has shape {frame.shape}; expected at least one row and one column.")
    names, notes = distinct_names([str(name) for name in frame.columns], "DataFrame")
    table = TableFrame(
        "DataFrame", frame.set_axis(names, axis=1).reset_index(drop=True), notes, row_names=_index(frame)
    )
    rows = table_rows(table, reading, revision="", split="all", parts={"all": len(frame)})
    columns = None if _is_numbered(frame.columns) else rows.columns
    return replace(rows, source=SOURCE, columns=columns)


def _of_bunch(bunch: Any, reading: Reading) -> Rows:
    """`images` if there are some, else `data`; and `target` with the names in `target_names`."""
    if "data" not in bunch and "images" not in bunch:
        raise UsageError(f"dataset is a Bunch with {', '.join(bunch) or 'nothing'}; expected data, and perhaps target.")
    X, y = bunch.get("data"), bunch.get("target")
    if y is not None and np.asarray(y).dtype.kind == "f":
        raise UsageError(
            "dataset is a Bunch of a regression: its target has measurements; expected classes: give bunch.data alone, "
            "and the number of clusters."
        )
    images = bunch.get("images")
    if isinstance(images, np.ndarray) and images.ndim in (3, 4) and reading.image_shape is None:
        channels = images.shape[3] if images.ndim == 4 else 1
        X, reading = images, msgspec.structs.replace(reading, image_shape=(images.shape[1], images.shape[2], channels))
    columns = bunch.get("feature_names") if images is None else None
    classes = bunch.get("target_names")
    return array_rows(
        X,
        y,
        reading,
        source=SOURCE,
        columns=_columns(X) or (None if columns is None else [str(name) for name in columns]),
        names=_index(X),
        classes=None if classes is None or isinstance(classes, str) else [str(name) for name in classes],
    )


def _columns(X: Any) -> Sequence[str] | None:
    """The names of the columns of a DataFrame; None for numbers without names."""
    if not isinstance(X, pd.DataFrame) or _is_numbered(X.columns):
        return None
    return [str(name) for name in X.columns]


def _index(X: Any) -> tuple[str, ...] | None:
    """The names of the rows of a DataFrame; None if they are only numbered, or not different."""
    if not isinstance(X, pd.DataFrame) or _is_numbered(X.index) or not X.index.is_unique:
        return None
    return tuple(map(str, X.index))


def _is_numbered(index: Any) -> bool:
    """Whether the labels of rows or columns are only their numbers."""
    return isinstance(index, pd.RangeIndex)
