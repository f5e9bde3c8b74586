"""The common style of all figures. It is set for one figure at a time, never for the process."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import Literal

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from bench.report.groups import Group
from bench.text import visible

Colour = tuple[float, float, float]
LineStyle = Literal["-", "--", ":", "-."]
LINE_STYLES: tuple[LineStyle, ...] = ("-", "--", ":", "-.")


@contextmanager
def look() -> Iterator[None]:
    """Use the common style within the `with` block."""
    with (
        warnings.catch_warnings(),
        sns.axes_style("whitegrid", {"axes.edgecolor": "0.6", "grid.color": "0.9"}),
        sns.plotting_context("notebook"),
    ):
        warnings.filterwarnings("ignore", r"Glyph \d+")  # seaborn draws too; `render` counts these characters
        yield


def panels(rows: int, columns: int, width: float, height: float, share_y: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure that is not registered with pyplot, and its panels, row by row. Sizes are in inches."""
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.06))
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
    return figure, [axes for row in grid for axes in row]


def colours(groups: Sequence[Group]) -> list[Colour]:
    """The colour of each group: one for each method, from a palette for colour-blind readers."""
    methods = dict.fromkeys(group.cell.method for group in groups)
    by_method = dict(zip(methods, sns.color_palette("colorblind", len(methods)), strict=True))
    return [by_method[group.cell.method] for group in groups]


def looks(groups: Sequence[Group]) -> list[tuple[Colour, LineStyle]]:
    """Colour and line style of each group. Groups of one method share the colour and differ in the line style."""
    methods = [group.cell.method for group in groups]
    styles = [LINE_STYLES[methods[:i].count(method) % len(LINE_STYLES)] for i, method in enumerate(methods)]
    return list(zip(colours(groups), styles, strict=True))


def plain(text: str, longest: int = 200) -> str:
    r"""`text` as a figure can draw it: without hidden characters, cut after `longest` characters, `$` without meaning.

    Text between two `$` would be a formula, and an error if it is not one.

    >>> print(plain("a\n$b$"), plain("abcdef", 4))
    a\n\$b\$ abc…
    """
    return _without_formulas(_cut(text, longest))


def titled(figure: Figure, title: str) -> None:
    """Write `title` above all panels. It is broken into lines that fit the width of the figure."""
    text = fill(_cut(title, 400), max(20, int(9 * figure.get_figwidth())))
    figure.suptitle(_without_formulas(text), fontsize="medium")


def _cut(text: str, longest: int) -> str:
    shown = visible(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _without_formulas(text: str) -> str:
    return text.replace("$", r"\$")


def legend_below(figure: Figure, lines: Sequence[Line2D], labels: Sequence[str], columns: int, title: str) -> None:
    """Draw a legend below all panels, with one label for each line."""
    texts = [wrapped(label, 40) for label in labels]
    figure.legend(
        lines, texts, loc="outside lower center", ncols=columns, frameon=False, title=title, title_fontsize="small"
    )


def wrapped(label: str, width: int = 30) -> str:
    """Break a long label into lines, after a space or a colon, and make it `plain`.

    >>> wrapped("dec (sha12, d=64, kl_weight=0.1)", 16)
    'dec (sha12,\\nd=64,\\nkl_weight=0.1)'
    >>> wrapped("sklearn.cluster:AgglomerativeClustering")
    'sklearn.cluster:\\nAgglomerativeClustering'
    """
    label = plain(label)
    if len(label) <= width:
        return label
    lines = [""]
    for word in label.replace(":", ": ").split(" "):
        space = "" if not lines[-1] or lines[-1].endswith(":") else " "
        if lines[-1] and len(lines[-1] + space + word) > width:
            lines.append(word)
        else:
            lines[-1] += space + word
    return "\n".join(lines)
