"""Training curves: a panel per name in the histories, a line per seed."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from bench.report.figures.canvas import Colour, LineStyle, look, looks, panels, wrapped
from bench.report.groups import Group

COLUMNS = 3


def curves(groups: Sequence[Group]) -> Figure | None:
    """All histories that the records hold; None if no method kept any."""
    drawn = [group for group in groups if _names([group])]
    names = _names(drawn)
    if not names:
        return None
    columns = 2 if len(names) == 4 else min(COLUMNS, len(names))
    rows = ceil(len(names) / columns)
    styles = looks(drawn)
    with look():
        figure, axes = panels(rows, columns, 1.2 + 4.2 * columns, 1.3 + 3.0 * rows + 0.3 * ceil(len(drawn) / columns))
        for ax, name in zip(axes, names, strict=False):
            for group, (colour, style) in zip(drawn, styles, strict=True):
                _lines(ax, group, name, colour, style)
            ax.set_title(name.replace("_", " "), fontsize="medium")
            ax.set_xlabel("epoch")
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        for ax in axes[len(names) :]:
            ax.set_axis_off()
        keys = [Line2D([], [], color=colour, linestyle=style) for colour, style in styles]
        texts = [wrapped(group.label, 40) for group in drawn]
        figure.legend(
            keys,
            texts,
            loc="outside lower center",
            ncols=min(columns, len(drawn)),
            frameon=False,
            title="each line is one seed",
            title_fontsize="small",
        )
    return figure


def _names(groups: Sequence[Group]) -> list[str]:
    return list(
        dict.fromkeys(
            name
            for group in groups
            for outcome in group.ok
            if outcome.record
            for name, values in outcome.record.history.items()
            if values
        )
    )


def _lines(ax: Axes, group: Group, name: str, colour: Colour, style: LineStyle) -> None:
    for outcome in group.ok:
        # As an array of floats: a value that was not finite, null in the record, leaves a gap.
        values = np.array((outcome.record.history if outcome.record else {}).get(name, []), dtype=float)
        marker = "o" if len(values) == 1 else ""
        ax.plot(np.arange(1, len(values) + 1), values, color=colour, linestyle=style, marker=marker, alpha=0.8)
