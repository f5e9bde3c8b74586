"""The pixel types of image files: grey or colours, their range, and the pixels that are transparent."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ImageCms
from PIL.Image import Image
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from bench.datasets.pixel_arrays import BITS_8, BITS_16, Picture, check_finite, opacity

_GREY_16_BITS = {"I;16", "I;16L", "I;16B", "I;16N"}
_WITH_ALPHA = {"La": "LA", "LA": "LA", "PA": "RGBA", "RGBa": "RGBA", "RGBA": "RGBA"}
_WHITE_IS_ZERO, _BITS, _MINIMUM, _MAXIMUM, _FORMAT, _SIGNED_MINIMUM, _SIGNED_MAXIMUM = 262, 258, 280, 281, 339, 340, 341
"""Tags of TIFF: PhotometricInterpretation, BitsPerSample, MinSampleValue, MaxSampleValue, SampleFormat, and the
minimum and maximum in the type of the pixels."""


@dataclass(frozen=True)
class Declared:
    """What an image file says about numbers of more than 8 bits."""

    limits: tuple[float, float] | None = BITS_16
    """The range of the type; None for 32 bits, signed integers and floats."""
    stated: tuple[float, float] | None = None
    """The range in the tags of the file."""
    unsigned: bool = False
    """Whether integers of 32 bits, which Pillow reads as signed, are unsigned."""
    inverted: bool = False
    """Whether 0 is white."""
    raw: str = ""
    """How a PNG file stores its pixels. Pillow gives all pixels 8 bits, but the transparent colour as it is stored."""


def declared_by(image: Image) -> Declared:
    """What the file of an opened image, whose pixels are not loaded yet, says about its numbers."""
    if isinstance(image, PngImageFile):
        return Declared(raw=str(image.tile[0][3]) if image.tile else "")
    if not isinstance(image, TiffImageFile):
        return Declared(limits=None if image.mode == "F" else BITS_16)
    tags: Any = image.tag_v2
    bits, kind = _first(tags.get(_BITS), 1), _first(tags.get(_FORMAT), 1)
    low, high = tags.get(_SIGNED_MINIMUM, tags.get(_MINIMUM)), tags.get(_SIGNED_MAXIMUM, tags.get(_MAXIMUM))
    limits = (0.0, 2.0**bits - 1) if kind == 1 and bits <= 16 else None
    stated = None if high is None else (float(_first(low, 0)), float(_first(high, 0)))
    if stated is not None and (stated == limits or not stated[0] < stated[1] or not np.isfinite(stated).all()):
        stated = None
    return Declared(
        limits=None if stated else limits,
        stated=stated,
        unsigned=kind == 1 and bits == 32,
        inverted=tags.get(_WHITE_IS_ZERO) == 0,
    )


def picture_from(image: Image, declared: Declared, size: tuple[int, int]) -> Picture:
    """The pixels of a loaded image; `size` is its height and width in the file. Raises UsageError for NaN."""
    image, transparent = _plain(image)
    if image.mode in ("LA", "RGBA"):
        values = np.asarray(image)
        return Picture(values[..., :-1], BITS_8, opacity(values[..., -1], 255), original=size)
    values = np.atleast_3d(np.asarray(image))
    alpha = None if transparent is None else _opaque_elsewhere(values, transparent, declared.raw)
    if image.mode in ("L", "RGB"):
        return Picture(values, BITS_8, alpha, original=size)
    if declared.unsigned and values.dtype == np.int32:
        values = values.view(np.uint32)
    check_finite(values)
    if declared.inverted and declared.limits is not None:
        values = np.asarray(declared.limits[1] - values, dtype=np.float32)
    return Picture(values, declared.limits, alpha, declared.stated, size)


def converted(image: Image, mode: str) -> Image:
    """The image in another colour mode of Pillow. What is transparent stays transparent."""
    if mode == image.mode:
        return image
    image, transparent = _plain(image)
    if image.mode in ("LA", "RGBA") or transparent is not None:
        mode = {"RGB": "RGBA", "L": "LA", "1": "LA"}.get(mode, mode)
    return image.convert(mode)


def _plain(image: Image) -> tuple[Image, Any]:
    """The image as L, LA, RGB, RGBA or numbers of more bits, and the one transparent value or colour, if it has one."""
    mode = image.mode
    transparent = image.info.get("transparency")
    if mode == "P":
        palette = image.palette
        has_alpha = transparent is not None or (palette is not None and "A" in palette.mode)
        return image.convert("RGBA" if has_alpha else "RGB"), None
    if mode in _WITH_ALPHA:
        return (image if mode == _WITH_ALPHA[mode] else image.convert(_WITH_ALPHA[mode])), None
    if mode == "LAB":
        return _lab_as_rgb(image), None
    if mode == "1":
        return image.convert("L"), transparent
    if mode in ("L", "RGB", "I", "F") or mode in _GREY_16_BITS:
        return image, transparent
    return image.convert("RGB"), None


def _lab_as_rgb(image: Image) -> Image:
    """Pillow itself does not convert CIELAB."""
    lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    result = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
    assert result is not None  # it is, unless `inPlace` is set
    return result


def _opaque_elsewhere(values: npt.NDArray[Any], transparent: Any, raw: str) -> npt.NDArray[np.float32] | None:
    """Opacity of an image of which one value or colour is transparent."""
    colour = np.atleast_1d(np.asarray(transparent)) * {"L;2": 85, "L;4": 17}.get(raw, 1)
    colour = colour >> 8 if raw.startswith("RGB;16") else colour
    if colour.shape != (values.shape[2],):
        return None
    return opacity((values != colour).any(axis=2), 1)


def _first(value: Any, default: float) -> Any:
    """The first number of a tag, which may have one for each channel."""
    if value is None:
        return default
    return value[0] if isinstance(value, tuple) else value
