"""Finds the column of images and the column of labels in a table, by type and then by name."""

from typing import Any

import datasets

from bench.errors import UsageError

_LABEL_NAMES = ("label", "labels", "target", "y")
_LABEL_TYPES = ("int", "uint", "string", "bool")


def image_column(features: datasets.Features, source: str) -> str:
    """Name of the first column of type Image. Raises UsageError if there is no such column."""
    for name, kind in features.items():
        if isinstance(kind, datasets.Image):
            return str(name)
    columns = ", ".join(f"{name} ({_type_name(kind)})" for name, kind in features.items()) or "no columns"
    raise UsageError(f"data set '{source}' has no image column; expected a column of type Image, got: {columns}")


def label_column(features: datasets.Features) -> str | None:
    """Name of a column of type ClassLabel, else of a column of numbers or strings with a usual name for labels.

    The usual names are preferred among ClassLabel columns too. None if there is no such column.
    """
    classes = [name for name, kind in features.items() if isinstance(kind, datasets.ClassLabel)]
    plain = [name for name, kind in features.items() if _is_plain(kind)]
    named = [name for candidates in (classes, plain) for name in _LABEL_NAMES if name in candidates]
    if classes:
        return str(next((name for name in named if name in classes), classes[0]))
    return str(named[0]) if named else None


def _is_plain(kind: Any) -> bool:
    """Whether a column is of numbers or strings; the class of such columns is Value, but ClassLabel is not a Value."""
    return isinstance(kind, datasets.Value) and str(kind.dtype).startswith(_LABEL_TYPES)


def _type_name(kind: Any) -> str:
    return str(kind.dtype) if isinstance(kind, datasets.Value) else type(kind).__name__
