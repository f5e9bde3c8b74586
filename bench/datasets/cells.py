"""One cell of a column of images: the content or the path of a file, or an array of numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from bench.datasets.columns import is_list
from bench.errors import UsageError


@dataclass(frozen=True, eq=False)
class Cell:
    """One of the three is given, but `path` may also be the name of `content`. All are None without an image."""

    content: bytes | None = None
    path: str | None = None
    array: npt.NDArray[Any] | None = None


def cell_of(value: pa.Scalar) -> Cell:
    """The image that is stored in `value`: bytes, a path, a structure of both, numbers, or a list of one of these.

    Arrays have the shape (height, width) or (height, width, channels) and the type of the column; channels that are
    stored before height and width are moved to the end if the shape tells that they are channels. Raises UsageError,
    without the name of the row, if a list has several images, or rows of different lengths.
    """
    if isinstance(value, pa.ExtensionScalar):
        value = value.value
    if value is None or not value.is_valid:
        return Cell()
    if isinstance(value, pa.StructScalar):
        parts = value.as_py()
        return Cell(content=parts.get("bytes"), path=parts.get("path"))
    if is_list(value.type):
        if _is_numeric(value.type):
            return Cell(array=channels_last(_array(value)))
        items = value.values
        if len(items) > 1:
            raise UsageError(f"{len(items):,} images in one row; expected one")
        return cell_of(items[0]) if len(items) else Cell()
    content = value.as_py()
    return Cell(path=content) if isinstance(content, str) else Cell(content=content)


def channels_last(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(channels, height, width) as (height, width, channels), if only the first length can be a number of channels.

    >>> channels_last(np.zeros((3, 8, 8))).shape, channels_last(np.zeros((3, 8, 3))).shape
    ((8, 8, 3), (3, 8, 3))
    """
    is_first = values.ndim == 3 and values.shape[0] in (1, 3, 4) and values.shape[2] not in (1, 3, 4)
    return np.ascontiguousarray(values.transpose(1, 2, 0)) if is_first else values


def _is_numeric(kind: pa.DataType) -> bool:
    while is_list(kind):
        kind = kind.value_type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _array(value: pa.Scalar) -> npt.NDArray[Any]:
    values, shape = value.values, [len(value.values)]
    while is_list(values.type):
        lengths = pa.compute.list_value_length(values).unique().to_pylist()
        if len(lengths) != 1 or lengths[0] is None:
            raise UsageError("nested lists of different lengths are not an image; expected rows of one length")
        shape.append(lengths[0])
        values = values.flatten()
    if values.null_count:
        raise UsageError(f"an image has {values.null_count:,} pixels without a value; expected a number in each")
    return np.asarray(values.to_numpy(zero_copy_only=False)).reshape(shape)
