"""Smaller PNG files of the figures of a published experiment: 256 colours, where nobody sees the difference."""

import io

import numpy as np

from bench.report.figures.own_files import OwnFiles
from bench.store.store import Store

N_COLOURS = 256
"""A pixel of such a picture is one byte."""
MOST_CHANGE = 1.0
"""Largest mean change of a pixel, of 255. Charts change by less than 0.6, photographs in colour by more than 2."""


def shrink_pictures(store: Store) -> None:
    """Replace each PNG file of the figures by a smaller one of the same size in pixels. Changed files stay."""
    files = OwnFiles(store)
    for name in files.names:
        if name.endswith(".png") and (content := files.content(name)) is not None:
            smaller = with_fewer_colours(content)
            if smaller is not content:
                files.write({name: smaller})


def with_fewer_colours(png: bytes) -> bytes:
    """The picture with at most 256 colours; `png` itself if it is clear, would look different or be no smaller."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        if opened.mode == "P" or opened.convert("RGBA").getchannel("A").getextrema() != (255, 255):
            return png
        picture, dots = opened.convert("RGB"), opened.info.get("dpi")
    few = picture.quantize(N_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    before, after = (np.asarray(each, dtype=np.int16) for each in (picture, few.convert("RGB")))
    if np.abs(before - after).max(axis=2).mean() > MOST_CHANGE:
        return png
    file = io.BytesIO()
    few.save(file, "PNG", optimize=True, **({} if dots is None else {"dpi": dots}))
    return min(file.getvalue(), png, key=len)
