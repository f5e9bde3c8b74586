"""Which column of a table holds the images, and which the labels: told by type, then by name."""

from typing import Any

import datasets

from bench.errors import UsageError

_LABEL_NAMES = ("label", "labels", "target", "y")
_LABEL_TYPES = ("int", "uint", "string", "bool")


def image_column(features: datasets.Features, source: str) -> str:
    """The first column of type Image."""
    for name, kind in features.items():
        if isinstance(kind, datasets.Image):
            return str(name)
    came = ", ".join(f"{name} ({_type_name(kind)})" for name, kind in features.items()) or "none"
    raise UsageError(f"data set '{source}' has no image column; expected one of type Image, got: {came}")


def label_column(features: datasets.Features) -> str | None:
    """A column of type ClassLabel, else one of numbers or words whose name says label; None where there is neither."""
    classes = [name for name, kind in features.items() if isinstance(kind, datasets.ClassLabel)]
    plain = [name for name, kind in features.items() if _is_plain(kind)]
    named = [name for candidates in (classes, plain) for name in _LABEL_NAMES if name in candidates]
    if classes:
        return str(next((name for name in named if name in classes), classes[0]))
    return str(named[0]) if named else None


def _is_plain(kind: Any) -> bool:
    # exactly Value: ClassLabel and others are no Values
    return isinstance(kind, datasets.Value) and str(kind.dtype).startswith(_LABEL_TYPES)


def _type_name(kind: Any) -> str:
    return str(kind.dtype) if isinstance(kind, datasets.Value) else type(kind).__name__
