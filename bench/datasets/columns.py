"""The columns of a table: the column of images, the column of labels, and the labels as indices into class names."""

from typing import Any

import datasets
import numpy as np
import numpy.typing as npt

from bench.errors import UsageError

_LABEL_NAMES = ("label", "labels", "target", "y")
_LABEL_TYPES = ("int", "uint", "string", "large_string", "bool")
_HIDDEN = -1  # data sets of the Hub contain it in place of a label that is not public


def image_column(features: datasets.Features, source: str) -> str:
    """Name of the first column of type Image. Raises UsageError if there is no such column."""
    for name, kind in features.items():
        if isinstance(kind, datasets.Image):
            return str(name)
    columns = ", ".join(f"{name} ({_type_name(kind)})" for name, kind in features.items()) or "no columns"
    raise UsageError(f"data set '{source}' has no image column; expected a column of type Image, got: {columns}")


def has_images(features: datasets.Features) -> bool:
    """Whether a column is of type Image."""
    return any(isinstance(kind, datasets.Image) for kind in features.values())


def label_column(features: datasets.Features) -> str | None:
    """Name of a column of type ClassLabel, else of a column of numbers or strings with a usual name for labels.

    If there are several ClassLabel columns, a usual name is preferred. None if there is no column of labels.
    """
    classes = [name for name, kind in features.items() if isinstance(kind, datasets.ClassLabel)]
    plain = [name for name, kind in features.items() if _is_plain(kind)]
    named = [name for candidates in (classes, plain) for name in _LABEL_NAMES if name in candidates]
    if classes:
        return str(next((name for name in named if name in classes), classes[0]))
    return str(named[0]) if named else None


def read_labels(
    table: datasets.Dataset, column: str | None, source: str
) -> tuple[npt.NDArray[np.int64] | None, list[str] | None]:
    """Labels, shape (n_samples,), and class names of all rows; (None, None) if there are no labels or all are hidden.

    If the column declares no classes, its distinct values, sorted, are the classes.
    Raises UsageError if only some of the labels are hidden, or if a label is not one of the declared classes.
    """
    if column is None:
        return None, None
    values = table.select_columns([column])[:][column]  # with other columns, the images would be decoded too
    missing = sum(value is None or value == _HIDDEN for value in values)
    if missing == len(values):
        return None, None
    if missing:
        raise UsageError(
            f"data set '{source}' hides the labels of {missing} of its {len(values)} images; "
            "expected labels for all images or for no image: choose a split whose labels are public"
        )
    kind = table.features[column]
    if isinstance(kind, datasets.ClassLabel):
        codes = np.asarray(values, dtype=np.int64)
        if codes.min() < 0 or codes.max() >= len(kind.names):
            raise UsageError(
                f"data set '{source}' has the label {codes.max() if codes.min() >= 0 else codes.min()} in '{column}'; "
                f"expected 0 … {len(kind.names) - 1}, because it declares {len(kind.names)} classes"
            )
        return codes, list(kind.names)
    distinct = sorted(set(values))  # not NumPy's texts, which lose zero characters at their end
    position = {value: code for code, value in enumerate(distinct)}
    return np.array([position[value] for value in values], dtype=np.int64), [str(value) for value in distinct]


def _is_plain(kind: Any) -> bool:
    """Whether a column contains numbers or strings. ClassLabel is not a subclass of Value."""
    return isinstance(kind, datasets.Value) and str(kind.dtype).startswith(_LABEL_TYPES)


def _type_name(kind: Any) -> str:
    return str(kind.dtype) if isinstance(kind, datasets.Value) else type(kind).__name__
