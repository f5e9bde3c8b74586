"""Block diagram of an autoencoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from bench.report.figures.canvas import look, panels
from bench.report.figures.limits import WIDEST

WIDTH, HEIGHT = 1.0, 0.66
"""Size of a box, in inches."""
COLUMNS = 6
"""Largest number of boxes in one line; more boxes of a part continue in the next line."""
_STEP = 1.24
"""Distance between the left sides of two neighbouring boxes."""
_LINE = HEIGHT + 0.3
"""Distance between two lines of one part."""
_HEAD = 0.34
"""Height of the name of a part."""
_ARROW = {"arrowstyle": "->", "color": "0.4", "shrinkA": 0, "shrinkB": 0}


@dataclass(frozen=True)
class Box:
    """The text of a box, which stands for one layer."""

    kind: str
    output: str
    n_parameters: int


def block_diagram(parts: Sequence[tuple[str, Sequence[Box]]], title: str) -> Figure:
    """Lines of boxes for each part. Parts and boxes have the order of the data flow."""
    heights = [_HEAD + _LINE * ceil(len(boxes) / COLUMNS) for _, boxes in parts]
    longest = min(COLUMNS, max(len(boxes) for _, boxes in parts))
    across = _STEP * max(4, longest) + 0.3
    with look():
        figure, (ax,) = panels(1, 1, min(WIDEST, across + 0.3), sum(heights) + 0.8)
        top = 0.0
        for (part, boxes), height in zip(parts, heights, strict=True):
            _part(ax, top, part, boxes)
            top -= height
        ax.set(xlim=(-0.2, across - 0.2), ylim=(top, 0.0))
        ax.set_axis_off()
        ax.set_title(f"{title}\neach box: layer, shape of its output, number of parameters", fontsize="small")
    return figure


def _part(ax: Axes, top: float, part: str, boxes: Sequence[Box]) -> None:
    palette = sns.color_palette("pastel")
    total = sum(box.n_parameters for box in boxes)
    ax.text(0, top - _HEAD + 0.1, f"{part}: {total:,} parameters", fontsize="small", weight="bold")
    for number, box in enumerate(boxes):
        line, column = divmod(number, COLUMNS)
        left, bottom = column * _STEP, top - _HEAD - line * _LINE - HEIGHT
        colour = palette[0] if box.n_parameters else (0.95, 0.95, 0.95)
        style = "round,pad=0.02"
        ax.add_patch(FancyBboxPatch((left, bottom), WIDTH, HEIGHT, boxstyle=style, facecolor=colour, edgecolor="0.5"))
        count = f"{box.n_parameters:,}" if box.n_parameters else ""
        for text, height in ((box.kind, 0.78), (box.output, 0.48), (count, 0.18)):
            ax.text(left + WIDTH / 2, bottom + height * HEIGHT, text, ha="center", va="center", fontsize=7.5)
        if number:
            _arrow(ax, left, bottom + HEIGHT / 2, folds=not column)


def _arrow(ax: Axes, left: float, middle: float, *, folds: bool) -> None:
    """An arrow to the box at `left` from the one before it; `folds`: that box is the last one of the line above."""
    end = (left - 0.02, middle)
    if not folds:
        ax.annotate("", end, (left - _STEP + WIDTH + 0.02, middle), arrowprops=_ARROW)
        return
    right, gap, margin = (COLUMNS - 1) * _STEP + WIDTH + 0.02, middle + _LINE / 2, left - 0.16
    xs, ys = (right, right + 0.1, right + 0.1, margin, margin), (middle + _LINE, middle + _LINE, gap, gap, middle)
    ax.plot(xs, ys, color="0.4", linewidth=1.0, solid_joinstyle="round")
    ax.annotate("", end, (margin, middle), arrowprops=_ARROW)
