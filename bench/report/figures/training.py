"""Training curves: one panel for each name in the histories, one line for each seed."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from bench.report.figures.canvas import Colour, LineStyle, legend_below, look, looks, panels, plain
from bench.report.groups import Group, group
from bench.report.outcomes import Outcomes

COLUMNS = 3
"""Largest number of panels in one row."""


def training_curves(outcomes: Outcomes) -> Figure | None:
    """All histories in the records; None if no method has a history."""
    groups = [each for each in group(outcomes.all) if _names([each])]
    names = _names(groups)
    if not names:
        return None
    columns = 2 if len(names) == 4 else min(COLUMNS, len(names))
    rows = ceil(len(names) / columns)
    styles = looks(groups)
    with look():
        figure, axes = panels(rows, columns, 1.2 + 4.2 * columns, 1.3 + 3.0 * rows + 0.3 * ceil(len(groups) / columns))
        for ax, name in zip(axes, names, strict=False):
            for each, (colour, style) in zip(groups, styles, strict=True):
                _lines(ax, each, name, colour, style)
            ax.set_title(plain(name.replace("_", " "), 45), fontsize="medium")
            ax.set_xlabel("epoch")
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        for ax in axes[len(names) :]:
            ax.set_axis_off()
        lines = [Line2D([], [], color=colour, linestyle=style) for colour, style in styles]
        legend_below(figure, lines, [g.label for g in groups], min(columns, len(groups)), "each line is one seed")
    return figure


def _names(groups: Sequence[Group]) -> list[str]:
    """Names of all histories that are not empty, in the order of the records."""
    records = [outcome.record for each in groups for outcome in each.ok if outcome.record]
    return list(dict.fromkeys(name for record in records for name, values in record.history.items() if values))


def _lines(ax: Axes, group: Group, name: str, colour: Colour, style: LineStyle) -> None:
    for outcome in group.ok:
        # An array of floats: a value that was not finite is null in the record and leaves a gap in the line.
        values = np.array((outcome.record.history if outcome.record else {}).get(name, []), dtype=float)
        marker = "o" if len(values) == 1 else ""
        epochs = shown_epochs(values)
        ax.plot(epochs + 1, values[epochs], color=colour, linestyle=style, marker=marker, alpha=0.8)


def shown_epochs(values: NDArray[np.float64], n_blocks: int = 1000) -> NDArray[np.intp]:
    """The indices of the values that are drawn: all, or the lowest and the highest of each of `n_blocks` blocks.

    A panel has fewer pixels than blocks, so the line looks the same. NaN, which is a gap, is kept if its block has no
    other value.

    >>> shown_epochs(np.array([5.0, 1, 2, 9, 4, 4, 7, 3]), 2)
    array([1, 3, 6, 7])
    """
    if len(values) <= 2 * n_blocks:
        return np.arange(len(values))
    blocks = np.array_split(np.arange(len(values)), n_blocks)
    lowest = [block[np.argmin(np.nan_to_num(values[block], nan=np.inf))] for block in blocks]
    highest = [block[np.argmax(np.nan_to_num(values[block], nan=-np.inf))] for block in blocks]
    return np.unique([lowest, highest])
