"""Opens one image file: its size is checked first, and every fault is one line with its remedy."""

import struct
import warnings
from dataclasses import replace
from functools import cache
from typing import BinaryIO

import PIL.ExifTags
import PIL.Image
from PIL.Image import Image
from PIL.ImageOps import exif_transpose

from bench.datasets.pixel_arrays import Picture
from bench.datasets.pixel_types import Declared, converted, declared_by, picture_from
from bench.errors import UsageError

LARGEST = 2**26
"""Pixels of the largest image, such as 8,192 × 8,192. As colours in 32 bits they need 805 MB of memory."""
_FORMATS = ("AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "SGI", "TGA", "TIFF", "WEBP")
"""The formats that are read. Of the others, some start a program (EPS) or have no pixels of their own (HDF5)."""
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""What follows `ftyp` at the beginning of a HEIC or HEIF file."""
_HEAD = 512
"""Bytes at the beginning of a file that tell its kind."""


def open_picture(file: BinaryIO, mode: str | None = None, resize: int | None = None) -> Picture:
    """The decoded image of a file, turned as its EXIF entry says. Of several frames, it is the first one.

    `mode` is a colour mode of Pillow to which the image is converted first. With `resize`, the side to which the image
    will be resized, a JPEG image is decoded at a half, a quarter or an eighth of its size if its shorter side stays at
    least twice as long: it is as sharp, and several times as fast. Raises UsageError, one line, if the file is not an
    image that can be read, is damaged, or has more than `LARGEST` pixels, which is checked before they are decoded.
    """
    head = file.read(_HEAD)
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the limit, which is lower here, and of metadata that are not used
        try:
            return _open(file, mode, resize)
        except PIL.UnidentifiedImageError as error:
            raise UsageError(f"the image cannot be decoded: {_not_an_image(head)}") from error
        except PIL.Image.DecompressionBombError as error:
            declared = 2 * (PIL.Image.MAX_IMAGE_PIXELS or LARGEST)
            raise UsageError(f"an image declares more than {declared:,} pixels; {_TOO_LARGE}") from error
        except UsageError:
            raise
        except Exception as error:  # Pillow raises many kinds of exceptions for damaged files
            raise UsageError(
                f"the image cannot be decoded ({_one_line(error)}); expected a whole file; make or copy it again"
            ) from error


_TOO_LARGE = f"expected at most {LARGEST:,} pixels, such as 8,192 × 8,192; make it smaller"


def _open(file: BinaryIO, mode: str | None, resize: int | None) -> Picture:
    image: Image = PIL.Image.open(file, formats=_available())
    width, height = image.size
    if width * height > LARGEST:
        raise UsageError(f"an image declares {height:,} × {width:,} pixels (height × width); {_TOO_LARGE}")
    if min(width, height) == 0:
        raise UsageError(f"an image of {height} × {width} pixels (height × width); expected at least 1 × 1; remove it")
    declared = declared_by(image)
    if resize is not None:
        image.draft(None, (2 * resize, 2 * resize))  # only JPEG has it
    image.load()
    has_frames = _has_frames(image)
    if image.getexif().get(PIL.ExifTags.Base.Orientation) is not None:
        is_turned = image.getexif().get(PIL.ExifTags.Base.Orientation) in (5, 6, 7, 8)
        height, width = (width, height) if is_turned else (height, width)
        image = exif_transpose(image)
    if mode is not None:
        image, declared = converted(image, mode), Declared()
    picture = picture_from(image, declared, (height, width))
    return replace(picture, has_frames=True) if has_frames else picture


def _has_frames(image: Image) -> bool:
    """Whether a file, whose first frame is loaded, has more: GIF, TIFF, WebP, AVIF, an animated PNG, or MPO."""
    try:
        return bool(getattr(image, "is_animated", False))  # Pillow has it only for formats that can have frames
    except (OSError, SyntaxError, ValueError, IndexError, struct.error):
        return True  # only GIF reads the next frame here: it is there, and it is damaged


def _not_an_image(head: bytes) -> str:
    """What a file is that Pillow does not know, from its beginning."""
    expected = f"expected an image in one of the formats {', '.join(_available())}"
    if not head:
        return f"an empty file, 0 bytes; {expected}; copy it again, or remove it"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return f"an image in the format HEIC, which is not read; {expected}; convert it, for example to JPEG"
    if head.lstrip().startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return f"an SVG drawing, which has no pixels; {expected}; export it as PNG"
    if head.startswith(b"%PDF"):
        return f"a PDF document; {expected}; export its pages as PNG"
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return (
            "a TIFF file with a type of pixels that is not read; expected 1, 3 or 4 channels of 8 or 16 bits, or one "
            "channel of 32 bits; convert it, for example to PNG, or give its pixels as an array"
        )
    if _is_text(head):
        return f"a file of text that is not an image; {expected}; remove or replace it"
    return f"a file that is not an image or whose beginning is damaged; {expected}; convert it, or remove it"


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\n\r\f" for byte in head)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__


@cache
def _available() -> list[str]:
    """The formats that this Pillow can open; old versions have no AVIF."""
    PIL.Image.init()
    return [name for name in _FORMATS if name in PIL.Image.OPEN]
