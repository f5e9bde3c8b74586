"""Number of samples of each class, in each part of the data."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels, plain, titled
from bench.report.figures.limits import WIDEST
from bench.report.figures.palette import colours_of
from bench.report.figures.views import DataView

_LETTERS = 90
"""Letters that have room side by side below upright bars. More, and the bars are level and grow downwards."""


def class_distribution(view: DataView) -> Figure | None:
    """A bar for each class, in one colour per part; None without classes."""
    parts = view.class_counts
    names = [plain(name, 40) for name in next(iter(parts.values()), {})]
    if not names:
        return None
    upright = len(names) * (max(map(len, names)) + 1) <= _LETTERS
    with look(0.8):
        height = 3.6 if upright else 1.0 + (0.08 + 0.1 * len(parts)) * max(9, len(names))
        figure, (ax,) = panels(1, 1, WIDEST, height)
        _bars(ax, [list(counts.values()) for counts in parts.values()], list(colours_of(parts).values()), upright)
        if upright:
            ax.set_xticks(range(len(names)), names)
            ax.set(xlabel="class", ylabel="samples")
        else:
            ax.set_yticks(range(len(names)), names, fontsize="x-small")
            ax.set(xlabel="samples", ylabel="class", ylim=(len(names) - 0.5, -0.5))
        ax.grid(axis="x" if upright else "y", visible=False)
        if len(parts) > 1:
            labels = [plain(part, 40) for part in parts]
            figure.legend(
                [container[0] for container in ax.containers],
                labels,
                loc="outside lower center",
                ncols=3,
                frameon=False,
            )
        titled(figure, f"class distribution of {' and '.join(parts)}")
    return figure


def _bars(ax: Axes, counts: list[list[int]], colours: list[str], upright: bool) -> None:
    """The bars of each part lie beside those of the others."""
    thick = 0.8 / len(counts)
    for number, (values, colour) in enumerate(zip(counts, colours, strict=True)):
        places = np.arange(len(values)) - 0.4 + number * thick
        if upright:
            ax.bar(places, values, thick, align="edge", color=colour)
        else:
            ax.barh(places, values, thick, align="edge", color=colour)
