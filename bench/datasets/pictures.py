"""Opens one image file, and converts the image to a row of pixels in [0, 1]."""

import warnings
from functools import cache
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import PIL.ExifTags
import PIL.Image
from PIL.Image import Image
from PIL.ImageOps import exif_transpose

from bench.errors import UsageError

_GREY_8_BITS = {"1", "L", "LA", "La"}
_GREY_16_BITS = {"I", "I;16", "I;16L", "I;16B", "I;16N"}  # older versions of Pillow open 16-bit PNG files as "I"

LARGEST = 2**26
"""Pixels of the largest image, such as 8,192 × 8,192. As colours in 32 bits they need 805 MB of memory."""
_FORMATS = ("AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "SGI", "TGA", "TIFF", "WEBP")
"""The formats that are read. Of the others, some start a program (EPS) or have no pixels of their own (HDF5)."""


def open_picture(file: BinaryIO) -> Image:
    """The decoded image of a file, turned as its EXIF entry says.

    Its size is checked before its pixels are decoded. Raises UsageError if it has more than `LARGEST` pixels; Pillow
    raises many kinds of exceptions for a file that is not an image or is damaged.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)  # the limit below is lower
        picture: Image = PIL.Image.open(file, formats=_available())
    if picture.width * picture.height > LARGEST:
        raise UsageError(
            f"an image declares {picture.height:,} × {picture.width:,} pixels (height × width); expected at most "
            f"{LARGEST:,} pixels, such as 8,192 × 8,192; make it smaller"
        )
    picture.load()
    if picture.getexif().get(PIL.ExifTags.Base.Orientation) is not None:
        picture = exif_transpose(picture)
    return picture


@cache
def _available() -> list[str]:
    """The formats that this Pillow can open; old versions have no AVIF."""
    PIL.Image.init()
    return [name for name in _FORMATS if name in PIL.Image.OPEN]


def is_grey(picture: Image) -> bool:
    """Whether the image has one channel, not counting transparency."""
    return picture.mode in _GREY_8_BITS or picture.mode in _GREY_16_BITS


def pixels(picture: Image, channels: int) -> npt.NDArray[np.float32]:
    """Pixels in [0, 1], shape (height · width · channels,); one channel is grey, three are red, green and blue.

    Raises UsageError if the range of the pixels is unknown, or if 16-bit pixels are out of range.

    >>> import PIL.Image
    >>> pixels(PIL.Image.new("RGB", (1, 2), (255, 0, 51)), 3).tolist()[:3]
    [1.0, 0.0, 0.20000000298023224]
    """
    if picture.mode == "F":
        raise UsageError("an image has floating-point pixels (mode 'F') of unknown range; expected integer pixels")
    if picture.mode in _GREY_16_BITS:
        grey = np.asarray(picture, dtype=np.float32) / np.float32(65535)
        if grey.min() < 0 or grey.max() > 1:
            raise UsageError(f"an image of mode '{picture.mode}' has pixels outside 16 bits; expected 0 … 65535")
        return np.repeat(grey.reshape(-1), channels)
    converted = picture.convert("L" if channels == 1 else "RGB")
    return np.asarray(converted, dtype=np.float32).reshape(-1) / np.float32(255)
