"""Whether a table in one file may have images. Loads no heavy library, because most tables have none."""

import re

import numpy as np
import pandas as pd

from bench.datasets.base64_images import are_images

_SAMPLE = 100
"""Rows that are looked at."""
_NAME = re.compile(r".+\.(png|jpe?g|gif|bmp|tiff?|webp)([?#].*)?", re.IGNORECASE)


def may_have_images(frame: pd.DataFrame) -> bool:
    """Whether a column may have images: bytes, structures, lists, base64, or names or addresses of image files.

    >>> may_have_images(pd.DataFrame({"a": [1.5, 2], "b": ["red", "blue"]}))
    False
    """
    others = [frame[name].dropna().head(_SAMPLE).tolist() for name in frame if frame[name].dtype.kind not in "biufcmM"]
    return any(_may_be_images(sample) for sample in others if sample)


def _may_be_images(sample: list[object]) -> bool:
    if isinstance(sample[0], bytes | dict | list | np.ndarray):
        return True
    return are_images(sample) or all(isinstance(cell, str) and _NAME.fullmatch(cell) for cell in sample)
