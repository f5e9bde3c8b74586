"""A figure as the bytes of a PNG file and of an SVG file."""

import io
import logging
import re
import warnings
from math import sqrt
from typing import TYPE_CHECKING

from bench.report.figures.fonts import families_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 200
"""Dots per inch, unless the figure is too large."""
MAX_PIXELS = 40_000_000
"""Largest product of width and height in pixels. A pixel needs 4 bytes, several times while a figure is drawn."""
MAX_SIDE = 30_000
"""Largest width or height in pixels. Matplotlib refuses 65,536 pixels, and few programs open as many."""
NO_GLYPHS = "shows characters as boxes, because no font here has them; install a font with them, such as Noto"
"""The note on a figure with letters that no installed font has."""
_NO_GLYPH = re.compile(r"Glyph (\d+) .*missing from font")


def render(figure: "Figure") -> tuple[bytes, bytes, list[str]]:
    """The PNG, the SVG, and what readers must know of them: characters without a glyph, and matplotlib's warnings.

    Letters that the usual font lacks are drawn with other installed fonts.

    Equal figures give equal bytes: the files hold no version, no date and no random name. The figure is cleared, so
    that its memory is free again.
    """
    dpi = dots_per_inch(figure.get_figwidth(), figure.get_figheight())
    png, svg, messages = _saved(figure, dpi)
    missing = _missing(messages)
    if missing and (families := families_for(missing)):
        from matplotlib.text import Text

        for text in figure.findobj(Text):
            text.set_fontfamily(["sans-serif", *families])
        logger = logging.getLogger("matplotlib.font_manager")
        level = logger.level
        logger.setLevel(logging.ERROR)  # a warning if a font has no usual weight
        try:
            png, svg, messages = _saved(figure, dpi)
        finally:
            logger.setLevel(level)
        missing = _missing(messages)
    figure.clear()
    notes = [NO_GLYPHS] if missing else []
    notes += [f"may be hard to read ({message})" for message in messages if not _NO_GLYPH.match(message)]
    return png, svg, notes


def _saved(figure: "Figure", dpi: float) -> tuple[bytes, bytes, list[str]]:
    """The PNG, the SVG and the different warnings."""
    import matplotlib as mpl

    png, svg = io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings(record=True) as caught, mpl.rc_context({"svg.hashsalt": "dec-bench"}):
        warnings.simplefilter("always")
        figure.savefig(png, format="png", dpi=dpi, metadata={"Software": None})
        figure.savefig(svg, format="svg", dpi=dpi, metadata={"Date": None, "Creator": None})
    return png.getvalue(), svg.getvalue(), list(dict.fromkeys(str(warning.message) for warning in caught))


def _missing(messages: list[str]) -> set[int]:
    """The code points without a glyph that warnings name."""
    return {int(match[1]) for message in messages if (match := _NO_GLYPH.match(message))}


def dots_per_inch(width: float, height: float) -> float:
    """`DPI`, or less if a figure of this width and height, in inches, would exceed `MAX_PIXELS` or `MAX_SIDE`.

    >>> dots_per_inch(8, 5), dots_per_inch(1000, 1) * 1000
    (200, 30000.0)
    """
    return min(DPI, sqrt(MAX_PIXELS / (width * height)), MAX_SIDE / max(width, height))
