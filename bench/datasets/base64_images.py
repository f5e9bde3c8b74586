"""Images that are texts in base64, alone or in a data URI (`data:image/png;base64,…`)."""

import base64
import binascii
import io
import re
import warnings
from collections.abc import Sequence

import PIL.Image

from bench.errors import UsageError

_SAMPLE = 20
"""Texts of a column that are looked at."""
_SHORTEST = 40
"""Characters of the shortest image in base64; the smallest GIF file has 35 bytes."""
_URI = re.compile(r"data:(image/[\w.+-]+)?[^,]{0,100};base64,", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_\r\n-]+={0,2}\s*")
_SHOWN = 30


def are_images(texts: Sequence[object]) -> bool:
    """Whether most of these cells of a column are images in base64: Pillow opens them. No ordinary text is one.

    >>> are_images(["img/1.png", "a word"])
    False
    """
    sample = [text for text in texts if text is not None][:_SAMPLE]
    return bool(sample) and 2 * sum(isinstance(text, str) and _is_image(text) for text in sample) > len(sample)


def decoded(text: str) -> bytes:
    """The content of the image file. Raises UsageError if the text is not base64.

    >>> decoded("data:image/png;base64,iVBORw0KGgo=") == decoded("iVBORw0KGgo") == b"\\x89PNG\\r\\n\\x1a\\n"
    True
    """
    uri = _URI.match(text.lstrip())
    body = text.lstrip()[uri.end() :] if uri else text
    if not body.strip() or not _BASE64.fullmatch(body):
        raise UsageError(
            f"the text {text[:_SHOWN]!r} is not base64, but other rows have images in base64; expected an image file "
            "in base64; correct or remove the row"
        )
    body = re.sub(r"[\s=]", "", body).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error as error:  # a number of characters that no content has
        raise UsageError(
            f"the text {text[:_SHOWN]!r} … is not whole: {len(body):,} characters of base64 have no meaning; expected "
            "an image file in base64; write the row again, without a limit on the length of a cell"
        ) from error


def _is_image(text: str) -> bool:
    if len(text) < _SHORTEST or not (_URI.match(text.lstrip()) or _BASE64.fullmatch(text)):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the image is opened again later, with its checks
            PIL.Image.open(io.BytesIO(decoded(text))).close()
    except (UsageError, OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return False
    return True
