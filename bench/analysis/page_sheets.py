"""Images of one size as one WebP file, as small as a number of bytes allows."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.report.figures.views import Images

SIDE = 28
"""Largest height or width of a small image, in pixels."""
_QUALITIES = (75, 55, 40, 25, 12)
_LOSSLESS_PIXELS = 300_000
"""Largest number of pixels of a file that is tried without loss."""
_WIDEST = 16_383
"""Largest height or width of a WebP file."""

Tiles = NDArray[np.uint8]
"""(n, height, width, 3)."""


@dataclass(frozen=True)
class MadeSheet:
    """A WebP file, and how its images lie in it."""

    content: bytes
    count: int
    columns: int
    width: int
    height: int


def small_images(blocks: Iterable[Images], side: int = SIDE) -> Tiles:
    """Images of one size, in blocks, made smaller to `side` pixels with their aspect. Grey ones are dark on white."""
    return np.concatenate([_small(images, side) for images in blocks])


def _small(images: Images, side: int) -> Tiles:
    with np.errstate(invalid="ignore"):
        values = np.nan_to_num(np.clip(images, 0, 1), nan=0.0)
    if values.shape[3] == 1:
        values = np.repeat(1 - values, 3, axis=3)
    pixels = np.rint(values * 255).astype(np.uint8)
    height, width = pixels.shape[1:3]
    share = side / max(height, width)
    if share >= 1:
        return pixels
    size = max(1, round(width * share)), max(1, round(height * share))
    return np.stack([np.asarray(Image.fromarray(image).resize(size, Image.Resampling.LANCZOS)) for image in pixels])


def sheet(tiles: Tiles, most_bytes: int, columns: int | None = None) -> MadeSheet:
    """The tiles as one WebP file of at most `most_bytes`; if need be, of lower quality, and then of half the size.

    Without `columns`, the file is about as high as it is wide. The smallest possible file may still be larger.
    """
    count, height, width = tiles.shape[:3]
    wanted = columns or ceil(sqrt(count * height / width))
    n_columns = max(1, min(count, wanted, _WIDEST // width))
    content = _webp(_joined(tiles, n_columns), most_bytes)
    if len(content) > most_bytes and min(height, width) >= 8:
        return sheet(_small((tiles / 255).astype(np.float32), max(height, width) // 2), most_bytes, columns)
    return MadeSheet(content, count, n_columns, width, height)


def _joined(tiles: Tiles, columns: int) -> Tiles:
    count, height, width = tiles.shape[:3]
    rows = ceil(count / columns)
    full = np.full((rows * columns, height, width, 3), 255, np.uint8)
    full[:count] = tiles
    grid = full.reshape(rows, columns, height, width, 3).transpose(0, 2, 1, 3, 4)
    return grid.reshape(rows * height, columns * width, 3)


def _webp(pixels: Tiles, most_bytes: int) -> bytes:
    image = Image.fromarray(pixels)
    if image.width * image.height <= _LOSSLESS_PIXELS and len(exact := _saved(image, lossless=True)) <= most_bytes:
        return exact
    for quality in _QUALITIES:
        content = _saved(image, quality=quality)
        if len(content) <= most_bytes:
            break
    return content


def _saved(image: Image.Image, **options: bool | int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", method=3, **options)
    return buffer.getvalue()
