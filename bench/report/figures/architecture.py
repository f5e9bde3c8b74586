"""Block diagram of an autoencoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from bench.report.figures.canvas import look, panels

WIDTH, HEIGHT = 1.0, 1.3
"""Size of a box."""
_STEP = 1.25
"""Distance between the left sides of two neighbouring boxes."""


@dataclass(frozen=True)
class Box:
    """The text of a box, which stands for one layer."""

    kind: str
    output: str
    n_parameters: int


def block_diagram(parts: Sequence[tuple[str, Sequence[Box]]], title: str) -> Figure:
    """One row of boxes for each part. Parts and boxes have the order of the data flow."""
    longest = max(len(boxes) for _, boxes in parts)
    with look():
        figure, (ax,) = panels(1, 1, 1.1 * _STEP * longest, 2.1 * len(parts) + 0.6)
        for row, (part, boxes) in enumerate(parts):
            _row(ax, -2.2 * row, part, boxes)
        ax.set_xlim(-0.2, _STEP * longest)
        ax.set_ylim(-2.2 * (len(parts) - 1) - 0.3, HEIGHT + 0.6)
        ax.set_axis_off()
        ax.set_title(title, fontsize="medium")
    return figure


def _row(ax: Axes, bottom: float, part: str, boxes: Sequence[Box]) -> None:
    palette = sns.color_palette("pastel")
    total = sum(box.n_parameters for box in boxes)
    ax.text(0, bottom + HEIGHT + 0.15, f"{part}: {total:,} parameters", fontsize="small", weight="bold")
    for number, box in enumerate(boxes):
        left = number * _STEP
        colour = palette[0] if box.n_parameters else (0.95, 0.95, 0.95)
        style = "round,pad=0.02"
        ax.add_patch(FancyBboxPatch((left, bottom), WIDTH, HEIGHT, boxstyle=style, facecolor=colour, edgecolor="0.5"))
        count = f"{box.n_parameters:,}" if box.n_parameters else ""
        for line, height in ((box.kind, 0.85), (box.output, 0.5), (count, 0.18)):
            ax.text(left + WIDTH / 2, bottom + height, line, ha="center", va="center", fontsize=7, wrap=False)
        if number:
            ax.annotate("", (left - 0.02, bottom + HEIGHT / 2), (left - _STEP + WIDTH + 0.02, bottom + HEIGHT / 2),
                        arrowprops={"arrowstyle": "->", "color": "0.4"})  # fmt: skip
