"""One image as an array of numbers, with the range of these numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.errors import UsageError

BITS_8, BITS_16 = (0.0, 255.0), (0.0, 65535.0)
_SHAPES = "(height, width), or (height, width, channels) with 1, 3 or 4 channels"


@dataclass(frozen=True, eq=False)
class Picture:
    """One decoded image."""

    values: npt.NDArray[Any]
    """(height, width, 1) is grey, (height, width, 3) is red, green and blue; finite integers or floats."""
    limits: tuple[float, float] | None
    """The values that mean black and white; None if the image alone does not tell them."""
    alpha: npt.NDArray[np.float32] | None = None
    """(height, width), 0 is transparent and 1 opaque; None if the whole image is opaque."""
    stated: tuple[float, float] | None = None
    """The limits that the file states for itself; other files of the same kind may state others."""
    original: tuple[int, int] | None = None
    """Height and width in the file, if the image was decoded at a smaller size."""
    has_frames: bool = False
    """Whether the file has further frames or pages, which are not read."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in the file."""
        return self.original or (self.values.shape[0], self.values.shape[1])


def picture_of(value: Any) -> Picture:
    """The image in an array or in nested lists: the cell of a column, for example.

    Values of type bool, uint8 and uint16 have the range of their type, and floats in [0, 1] may be of any size. The
    range of all other numbers follows from all images together, later: `limits` is None. A fourth channel is the
    opacity. Raises UsageError, one line, if the value is not an image.

    >>> picture_of([[0, 1], [2, 3]]).values.shape
    (2, 2, 1)
    >>> picture_of(np.zeros((2, 2, 3), np.uint8)).limits
    (0.0, 255.0)
    """
    values = _as_array(value)
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (1, 3, 4)):
        first = values.ndim == 3 and values.shape[0] in (1, 3, 4)
        hint = "; move the channels to the end: array.transpose(1, 2, 0)" if first else ""
        raise UsageError(f"an image of the shape {values.shape}; expected {_SHAPES}{hint}")
    if values.size == 0:
        raise UsageError(f"an image without pixels, of the shape {values.shape}; expected {_SHAPES}; remove it")
    values = values.reshape(*values.shape[:2], -1)
    check_finite(values)
    if values.shape[2] == 4:
        return _with_opacity(values)
    return Picture(values.astype(np.uint8) if values.dtype == bool else values, _limits(values))


def check_finite(values: npt.NDArray[Any]) -> None:
    """Raise UsageError if a value is infinite or not a number."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise UsageError(
            f"an image has {int((~np.isfinite(values)).sum()):,} pixels that are infinite or not a number (NaN); "
            "expected numbers; fill these pixels, or remove the image"
        )


def _as_array(value: Any) -> npt.NDArray[Any]:
    if value is None:
        raise UsageError("no image; expected one in each row")
    try:
        values = np.asarray(_nested(value))
    except (ValueError, TypeError, OverflowError) as error:  # rows of different lengths, integers beyond 64 bits
        raise UsageError(
            f"nested lists that are not an image ({' '.join(str(error).split())[:100]}); expected rows of equal length"
        ) from error
    if values.dtype.kind not in "buif":
        kind = type(value).__name__ if values.ndim == 0 else f"an array of {values.dtype}"
        raise UsageError(f"{kind} is not an image; expected numbers of the shape {_SHAPES}")
    return values


def _nested(value: Any) -> Any:
    """`value` with arrays of arrays as lists of lists."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return [_nested(each) for each in value]
    return value


def _limits(values: npt.NDArray[Any]) -> tuple[float, float] | None:
    if values.dtype == bool:
        return 0.0, 1.0
    return {"uint8": BITS_8, "uint16": BITS_16}.get(values.dtype.name)


def _with_opacity(values: npt.NDArray[Any]) -> Picture:
    """The fourth channel has the range of the colours, so this range must be known."""
    lowest, highest = values.min(), values.max()
    limits = _limits(values)
    if limits is None and lowest >= 0 and (highest <= 1 if values.dtype.kind == "f" else highest <= 255):
        limits = (0.0, 1.0) if values.dtype.kind == "f" else BITS_8
    if limits is None:
        raise UsageError(
            f"an image of 4 channels of type {values.dtype} has values from {lowest:g} to {highest:g}; expected floats "
            "in [0, 1], or integers from 0 to 255; divide the values, or give 3 channels"
        )
    colours = values[..., :3].astype(np.uint8) if limits == BITS_8 or values.dtype == bool else values[..., :3]
    return Picture(colours, limits, opacity(values[..., 3], limits[1]))


def opacity(values: npt.NDArray[Any], highest: float) -> npt.NDArray[np.float32] | None:
    """Opacity in [0, 1] from values of which `highest` is opaque; None if all are opaque."""
    if values.min() >= highest:
        return None
    return np.asarray(values, dtype=np.float32) / np.float32(highest)
