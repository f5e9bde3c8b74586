"""Converts one image to a row of pixels in [0, 1]."""

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from bench.errors import UsageError

_GREY_8_BITS = {"1", "L", "LA", "La"}
_GREY_16_BITS = {"I", "I;16", "I;16L", "I;16B", "I;16N"}  # older versions of Pillow open 16-bit PNG files as "I"


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
