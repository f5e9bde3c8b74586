"""Arrays of numbers as rows of a data set: a table, or images with pixels in [0, 1]."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.array_leaks import leak_notes
from bench.datasets.given_checks import Features, checked_features, checked_labels
from bench.datasets.missing_rows import without
from bench.datasets.rows import Opener, Rows
from bench.store.reading import Reading

Reader = Callable[[Sequence[int]], Iterator[Opener]]


def array_rows(
    X: Any,
    y: Any,
    reading: Reading,
    *,
    source: str,
    revision: str = "",
    split: str = "all",
    parts: dict[str, int] | None = None,
    columns: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
) -> Rows:
    """The rows of `X` with the labels `y`, or without labels if `y` is None.

    `columns` and `names` name columns and rows, `classes` the classes if `y` has their numbers. Raises UsageError if
    the arrays are not valid.
    """
    features = checked_features(X, reading.image_shape, reading.on_bad)
    n_rows = len(features.values)
    labels, class_names = (None, None) if y is None else checked_labels(y, X, n_rows, classes)
    is_table = features.image_shape is None
    leaks = leak_notes(features.values, labels, columns) if is_table else []
    rows = Rows(
        kind="table",
        source=source,
        revision=revision,
        split=split,
        parts=parts or {split: n_rows},
        n_rows=n_rows,
        labels=labels,
        class_names=class_names,
        read=array_reader(features.values) if is_table else pixel_reader(features),
        names=None if names is None else tuple(names),
        columns=tuple(columns) if is_table and columns is not None else None,
        notes=[*features.notes, *leaks],
    )
    if features.bad is None:
        return rows
    n_bad = int(features.bad.sum())
    return without(rows, features.bad, f"{n_bad:,} of {n_rows:,} rows have values that are missing or infinite")


def array_reader(values: NDArray[Any]) -> Reader:
    """The `read` of rows that are the rows of an array."""

    def read(rows: Sequence[int]) -> Iterator[Opener]:
        return (partial(values.__getitem__, row) for row in rows)

    return read


def pixel_reader(features: Features) -> Reader:
    """The `read` of images in an array: pixels in [0, 1], (height, width, channels)."""
    shape = features.image_shape
    scale = np.float32(features.scale)

    def image(row: int) -> NDArray[np.float32]:
        pixels: NDArray[np.float32] = features.values[row].astype(np.float32).reshape(shape)
        return pixels if scale == 1 else pixels / scale

    def read(rows: Sequence[int]) -> Iterator[Opener]:
        return (partial(image, row) for row in rows)

    return read
