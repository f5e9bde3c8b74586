"""A figure as the bytes of a PNG, an SVG and a PDF file."""

import io
import logging
import re
import warnings
from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING, Literal

from bench.report.figures.fonts import families_for
from bench.report.figures.limits import WIDEST

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Kind = Literal["png", "svg", "pdf"]
"""The type of a file, which is its ending, too."""
DPI = 200
"""Dots per inch, unless the figure is too large."""
MAX_PIXELS = 40_000_000
"""Largest product of width and height in pixels. A pixel needs 4 bytes, several times while a figure is drawn."""
MAX_SIDE = 30_000
"""Largest height in pixels. Matplotlib refuses 65,536 pixels, and few programs open as many."""
NO_GLYPHS = "shows characters as boxes, because no font here has them; install a font with them, such as Noto"
"""The note on a figure with letters that no installed font has."""
_NO_METADATA: dict[Kind, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
_NO_PDF = "no PDF"
_NO_GLYPH = re.compile(r"Glyph (\d+) .*missing from font")


def render(figure: "Figure") -> tuple[bytes, bytes, list[str]]:
    """The PNG, the SVG, and the notes of `rendered`."""
    files, notes = rendered(figure, ("png", "svg"))
    return files["png"], files["svg"], notes


def rendered(figure: "Figure", kinds: Sequence[Kind]) -> tuple[dict[Kind, bytes], list[str]]:
    """The files, and what readers must know of them: characters without a glyph, and matplotlib's warnings.

    Letters that the usual font lacks are drawn with other installed fonts.

    A PDF that cannot be made is left out, with a note. Equal figures give equal bytes: the files hold no version, no
    date and no random name. The figure is cleared, so that its memory is free again.
    """
    dpi = dots_per_inch(figure.get_figwidth(), figure.get_figheight())
    files, messages = _saved(figure, dpi, kinds)
    missing = _missing(messages)
    if missing and (families := families_for(missing)):
        from matplotlib.text import Text

        for text in figure.findobj(Text):
            text.set_fontfamily(["sans-serif", *families])
        logger = logging.getLogger("matplotlib.font_manager")
        level = logger.level
        logger.setLevel(logging.ERROR)  # a warning if a font has no usual weight
        try:
            files, messages = _saved(figure, dpi, kinds)
        finally:
            logger.setLevel(level)
        missing = _missing(messages)
    figure.clear()
    notes = [NO_GLYPHS] if missing else []
    notes += [
        f"{'is not complete' if message.startswith(_NO_PDF) else 'may be hard to read'} ({' '.join(message.split())})"
        for message in messages
        if not _NO_GLYPH.match(message)
    ]
    return files, notes


def _saved(figure: "Figure", dpi: float, kinds: Sequence[Kind]) -> tuple[dict[Kind, bytes], list[str]]:
    """The files and the different warnings. A PDF has its fonts as TrueType, which publishers ask for."""
    import matplotlib as mpl

    files = {}
    with (
        warnings.catch_warnings(record=True) as caught,
        mpl.rc_context({"svg.hashsalt": "dec-bench", "pdf.fonttype": 42}),
    ):
        warnings.simplefilter("always")
        for kind in kinds:
            file = io.BytesIO()
            try:
                figure.savefig(file, format=kind, metadata=_NO_METADATA[kind], dpi=dpi if kind == "png" else "figure")
            except Exception as error:
                if kind != "pdf":
                    raise
                warnings.warn(
                    f"{_NO_PDF}: {type(error).__name__}: {error}", stacklevel=2
                )  # some fonts cannot be embedded
            else:
                files[kind] = file.getvalue()
    return files, list(dict.fromkeys(str(warning.message) for warning in caught))


def _missing(messages: list[str]) -> set[int]:
    """The code points without a glyph that warnings name."""
    return {int(match[1]) for message in messages if (match := _NO_GLYPH.match(message))}


def dots_per_inch(width: float, height: float) -> float:
    """`DPI`, or less if a figure of this width and height, in inches, would exceed a limit.

    The limits are `MAX_PIXELS`, `MAX_SIDE` and, in pixels, the width of a figure that is `WIDEST` inches wide.

    >>> dots_per_inch(8, 5), dots_per_inch(16, 5), dots_per_inch(1, 1000)
    (200, 100.0, 30.0)
    """
    return min(DPI, sqrt(MAX_PIXELS / (width * height)), MAX_SIDE / height, DPI * WIDEST / width)
