"""Resizes an image to a square, with its aspect ratio kept."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import PIL.Image
from PIL.Image import Resampling

from bench.datasets.pixel_arrays import BITS_8

_FILTER = Resampling.LANCZOS
"""Of the filters of Pillow it keeps most detail. Its width grows with the reduction, so that no fine pattern becomes a
coarse one (antialiasing). Where it overshoots, the values are cut at the limits of the pixels."""


def resized(
    values: npt.NDArray[Any], side: int, mode: Literal["crop", "pad"], limits: tuple[float, float]
) -> npt.NDArray[Any]:
    """The image as (side, side, channels), from (height, width, channels).

    `crop` takes the largest square in the middle of the image. `pad` takes the whole image, in the middle of a square
    whose border repeats the outermost pixels. Integers of 8 bits stay 8 bits, as in an image editor; other values
    become float32, within `limits`.

    >>> resized(np.zeros((4, 8, 3), np.uint8), 2, "pad", (0, 255)).shape
    (2, 2, 3)
    """
    height, width = values.shape[:2]
    if height == width == side:
        return values
    if mode == "crop":
        shorter = min(height, width)
        left, top = (width - shorter) / 2, (height - shorter) / 2
        return _scaled(values, (side, side), (left, top, left + shorter, top + shorter), limits)
    longer = max(height, width)
    inner = (max(1, round(side * height / longer)), max(1, round(side * width / longer)))
    whole = _scaled(values, inner, (0, 0, width, height), limits)
    before = ((side - inner[0]) // 2, (side - inner[1]) // 2)
    after = (side - inner[0] - before[0], side - inner[1] - before[1])
    return np.pad(whole, ((before[0], after[0]), (before[1], after[1]), (0, 0)), mode="edge")


def _scaled(
    values: npt.NDArray[Any],
    size: tuple[int, int],
    box: tuple[float, float, float, float],
    limits: tuple[float, float],
) -> npt.NDArray[Any]:
    """The part `box` (left, top, right, bottom) of the image at another size (height, width)."""
    target = (size[1], size[0])
    if values.dtype == np.uint8 and limits == BITS_8:
        image = PIL.Image.fromarray(values if values.shape[2] == 3 else values[..., 0])
        return np.atleast_3d(np.asarray(image.resize(target, _FILTER, box=box)))
    channels = [
        np.asarray(PIL.Image.fromarray(channel.astype(np.float32)).resize(target, _FILTER, box=box))
        for channel in np.moveaxis(values, 2, 0)
    ]
    result: npt.NDArray[Any] = np.clip(np.stack(channels, axis=2), *limits)
    return result
