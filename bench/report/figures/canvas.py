"""The common style of all figures. It is set for one figure at a time, never for the process."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import Literal

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from seaborn.utils import relative_luminance

from bench.report.figures.palette import Style, styles
from bench.report.groups import Group
from bench.text import visible

Colour = tuple[float, float, float] | str
_CAPTION_SIZE = 8
"""Size of the letters of a caption, in points."""
_CAPTION_LINE = 0.135
"""Height of a line of a caption, in inches."""
LineStyle = Literal["-"] | tuple[float, tuple[float, ...]]


@contextmanager
def look(font_scale: float = 1.0) -> Iterator[None]:
    """Use the common style within the `with` block; text has `font_scale` times the usual size of 12 points."""
    with (
        warnings.catch_warnings(),
        sns.axes_style("whitegrid", {"axes.edgecolor": "0.6", "grid.color": "0.9"}),
        sns.plotting_context("notebook", font_scale),
    ):
        warnings.filterwarnings("ignore", r"Glyph \d+")  # seaborn draws too; `render` counts these characters
        yield


def panels(rows: int, columns: int, width: float, height: float, share_y: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure that is not registered with pyplot, and its panels, row by row. Sizes are in inches."""
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.06))
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
    return figure, [axes for row in grid for axes in row]


def colours(groups: Sequence[Group]) -> list[str]:
    """The colour of each group, one for each method. `groups` are all groups of an experiment."""
    return [style.colour for style in row_styles(groups).values()]


def row_styles(groups: Sequence[Group]) -> dict[str, Style]:
    """By label, the style of each group. `groups` are all groups of an experiment, also those not in the figure."""
    return styles({group.label: group.cell.method for group in groups})


def dashed(style: Style) -> LineStyle:
    """The dash of a style as matplotlib takes it."""
    return (0, style.dash) if style.dash else "-"


def plain(text: str, longest: int = 200) -> str:
    r"""`text` as a figure can draw it: without hidden characters, cut after `longest` characters, `$` without meaning.

    Text between two `$` would be a formula, and an error if it is not one.

    >>> print(plain("a\n$b$"), plain("abcdef", 4))
    a\n\$b\$ abc…
    """
    return _without_formulas(_cut(text, longest))


def titled(figure: Figure, title: str) -> None:
    """Write `title` above all panels, within `look`. It is broken into lines that fit the width of the figure."""
    figure.suptitle(_without_formulas(_in_lines(title, figure.get_figwidth())), fontsize="medium")


def count_lines(title: str, width: float) -> int:
    """The number of lines of a title in a figure of this width in inches, within `look`."""
    return _in_lines(title, width).count("\n") + 1


def _in_lines(title: str, width: float) -> str:
    return fill(_cut(title, 400), max(20, int(108 * width / mpl.rcParams["font.size"])))


def caption(figure: Figure, lines: Sequence[str]) -> None:
    """Write lines below everything else, in a strip that makes the figure higher. Call it after all sizes are known.

    A line that is longer than the figure is wide is broken.
    """
    width = max(30, int(15 * figure.get_figwidth()) - 4)
    text = "\n".join(fill(_cut(line, 1000), width, subsequent_indent="    ") for line in lines)
    if not text:
        return
    height = _CAPTION_LINE * (text.count("\n") + 1) + 0.1
    figure.set_figheight(figure.get_figheight() + height)
    share = height / figure.get_figheight()
    bottom = share
    for legend in figure.legends:  # with a place of its own, a legend has no margin in the layout any more
        bottom += (legend.get_window_extent().height / figure.dpi + 0.2) / figure.get_figheight()
        legend.set_bbox_to_anchor((0, share, 1, 1 - share))
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, bottom, 1, 1 - bottom))
    place = 0.12 / figure.get_figwidth(), 0.06 / figure.get_figheight()
    figure.text(*place, _without_formulas(text), fontsize=_CAPTION_SIZE, color="0.3", ha="left", va="bottom")


def _cut(text: str, longest: int) -> str:
    shown = visible(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _without_formulas(text: str) -> str:
    return text.replace("$", r"\$")


def shortened(label: str, longest: int) -> str:
    """A label of at most `longest` characters: of a long one, the beginning and the end, which has its settings.

    >>> shortened("an_alias_of_many_words_for_ward (d=10)", 26)
    'an_alias_of_ma…ward (d=10)'
    """
    shown = visible(label)
    return shown if len(shown) <= longest else f"{shown[: longest - 12]}…{shown[-11:]}"


def contrasting(colour: Colour) -> str:
    """Black or white: the one with the higher contrast to `colour`, which is at least 4.5 (WCAG 2.2, level AA).

    >>> contrasting((1.0, 1.0, 0.8)), contrasting((0.0, 0.1, 0.4))
    ('black', 'white')
    """
    return "black" if relative_luminance(colour) > 0.179 else "white"


def legend_below(figure: Figure, lines: Sequence[Line2D], labels: Sequence[str], columns: int, title: str) -> None:
    """Draw a legend below all panels, with one label for each line."""
    texts = [wrapped(label, 40) for label in labels]
    figure.legend(
        lines, texts, loc="outside lower center", ncols=columns, frameon=False, title=title, title_fontsize="small"
    )


def wrapped(label: str, width: int = 30) -> str:
    """Break a long label into lines of `width` characters, and make it `plain`.

    A line ends after a space or a colon, in a longer word after one of `_-./`, in a word without these anywhere.

    >>> wrapped("dec (sha12, d=64, kl_weight=0.1)", 16)
    'dec (sha12,\\nd=64,\\nkl_weight=0.1)'
    >>> wrapped("sklearn.cluster:AgglomerativeClustering")
    'sklearn.cluster:\\nAgglomerativeClustering'
    >>> wrapped("my_own_method_with_a_name", 12)
    'my_own_\\nmethod_with_\\na_name'
    """
    label = plain(label)
    if len(label) <= width:
        return label
    lines = [""]
    for word in label.replace(":", ": ").split(" "):
        first, *others = _pieces(word, width)
        space = "" if not lines[-1] or lines[-1].endswith(":") else " "
        if lines[-1] and len(lines[-1] + space + first) > width:
            lines.append(first)
        else:
            lines[-1] += space + first
        lines += others
    return "\n".join(lines)


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` characters; one that is not longer is one piece."""
    pieces = []
    while len(word) > width:
        end = max((word.rfind(mark, 0, width) for mark in "_-./"), default=-1) + 1
        end = end if end > width // 2 else width - word[:width].endswith("\\")  # `\\$` is one sign
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]
