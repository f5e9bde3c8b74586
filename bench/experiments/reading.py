"""The reading of a data set from options as a user types them: one line about the first one that is not valid."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any, TypedDict, get_args, get_type_hints

import msgspec

from bench.datasets.features.models import absolute
from bench.errors import UsageError
from bench.store.reading import Reading
from methods.registry import unknown_name

LARGEST_SIDE = 4096
"""Pixels of the longest side to which images are resized."""


class ReadingOptions(TypedDict, total=False):
    """The options of a reading; None is the default of each."""

    config: str | None
    image_column: str | None
    text_column: str | None
    label_column: str | None
    columns: Any
    labels: Any
    image_shape: Any
    resize: int | None
    resize_mode: str | None
    transparent: str | None
    on_bad: str | None
    limit: int | None
    stratify: bool | None
    class_sizes: Any
    scale: str | None
    features: str | None


def reading_of(options: ReadingOptions) -> Reading:
    """The reading that these options describe. Raises UsageError for the first one that is not valid.

    >>> reading_of({"image_shape": "28x28x1"}).image_shape
    (28, 28, 1)
    """
    values: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    known = list(ReadingOptions.__annotations__)
    for name in values:
        if name not in known:
            raise UsageError(unknown_name("argument", name, known))
    for name, kind in get_type_hints(Reading).items():
        allowed = [each for each in get_args(kind) if isinstance(each, str)] or [
            each for inner in get_args(kind) for each in get_args(inner) if isinstance(each, str)
        ]
        if name in values and allowed and values[name] not in allowed:
            raise UsageError(f"{_option(name)}: {unknown_name('value', str(values[name]), allowed)}")
    for name, low, high in (("resize", 2, LARGEST_SIDE), ("limit", 2, 2**53)):
        if name in values:
            values[name] = _integer(name, values[name], low, high)
    if "columns" in values:
        values["columns"] = _columns(values["columns"])
    if "class_sizes" in values:
        values["class_sizes"] = _class_sizes(values["class_sizes"])
        if "limit" in values:
            raise UsageError("--class-sizes says how many rows are drawn, and so does --limit; give one of both.")
    if "image_shape" in values:
        values["image_shape"] = image_shape_of(values["image_shape"])
    if "labels" in values:
        values["labels"] = _file(values["labels"])
    if "features" in values:
        values["features"] = absolute(values["features"])
    for name, needed in (("stratify", "limit"), ("resize_mode", "resize")):
        if values.get(name) and needed not in values:
            raise UsageError(f"{_option(name)} needs {_option(needed)}; give both, or neither.")
    try:
        return msgspec.convert(values, Reading)
    except msgspec.ValidationError as error:
        raise UsageError(f"an option of the data set is not valid ({error}).") from None


def image_shape_of(shape: Any) -> tuple[int, int, int]:
    """Height, width and channels from 28x28x1, 28x28 or a sequence of numbers. Raises UsageError.

    >>> image_shape_of("28x28"), image_shape_of((8, 8, 3))
    ((28, 28, 1), (8, 8, 3))
    """
    parts = re.split("[x×]", shape) if isinstance(shape, str) else [str(part) for part in _sequence(shape)]
    if len(parts) not in (2, 3) or not all(re.fullmatch("[1-9][0-9]{0,4}", part) for part in parts):
        raise UsageError(
            f"--image-shape {shape} is not valid; expected HEIGHTxWIDTH or HEIGHTxWIDTHxCHANNELS, such as 28x28x1."
        )
    height, width, channels = (int(part) for part in [*parts, "1"][:3])
    if channels not in (1, 3):
        raise UsageError(f"--image-shape {shape} has {channels} channels; expected 1 (grey) or 3 (colours).")
    return height, width, channels


def _class_sizes(value: Any) -> tuple[int, int]:
    """The sizes of the first and of the last class from 600:6000 or a pair of numbers. Raises UsageError."""
    parts = value.split(":") if isinstance(value, str) else [str(part) for part in _sequence(value)]
    if len(parts) != 2 or not all(re.fullmatch("[1-9][0-9]{0,14}", part) for part in parts):
        raise UsageError(
            f"--class-sizes {value} is not valid; expected the sizes of the first and of the last class, two integers "
            "of at least 1, such as 600:6000."
        )
    return int(parts[0]), int(parts[1])


def _columns(value: Any) -> tuple[str, ...]:
    """Names of columns from `a,b,"c, d"` or a sequence of names. Raises UsageError."""
    names = next(csv.reader([value], skipinitialspace=True), []) if isinstance(value, str) else _sequence(value)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise UsageError(f"--columns {value!r} is not valid; expected names of columns, such as width,height.")
    again = [name for name, count in Counter(names).items() if count > 1]
    if again:
        raise UsageError(f"--columns names '{again[0]}' twice; give each column once.")
    return tuple(names)


def _sequence(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]


def _integer(name: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        limits = f"at least {low}" if high > 2**52 else f"{low} to {high:,}"
        raise UsageError(f"{_option(name)} {value} is not valid; expected an integer, {limits}.")
    return value


def _file(labels: Any) -> str:
    path = Path(labels).expanduser()
    if not path.is_file():
        reason = "is a folder" if path.is_dir() else "does not exist"
        raise UsageError(
            f"--labels {labels}: the file {reason}; expected a CSV file with a row name and a label a line."
        )
    return str(path.resolve())


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
