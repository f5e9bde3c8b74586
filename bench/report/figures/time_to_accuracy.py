"""Accuracy against the seconds of a fit."""

from itertools import cycle

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from bench.report.figures.canvas import legend_below, look, looks, panels
from bench.report.figures.views import FitsView

MARKERS = "osD^vPX*"
TICKS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
"""Accuracies on the vertical axis."""
SHORTEST = 1e-3
"""Shorter times are drawn here: the logarithm of 0 does not exist."""


def time_to_accuracy(view: FitsView) -> Figure | None:
    """One line for each fit that stored labels during training, else one point; None without a timeline."""
    if view.timeline.empty:
        return None
    styles = dict(zip([group.label for group in view.groups], looks(view.groups), strict=True))
    markers = dict(zip(styles, cycle(MARKERS), strict=False))
    with look():
        figure, (ax,) = panels(1, 1, 8.0, 5.0)
        for (label, _), fit in view.timeline.groupby(["label", "seed"], sort=False):
            colour, style = styles[str(label)]
            size = 5 if len(fit) == 1 else 2.5
            accuracy = fit["accuracy"].clip(TICKS[0], TICKS[-1])
            seconds = fit["seconds"].clip(SHORTEST)
            (line,) = ax.plot(seconds, accuracy, style, marker=markers[str(label)], markersize=size, linewidth=1)
            line.set(color=colour, alpha=0.8)
        ax.set_xscale("log")
        ax.set_xlabel("seconds of fit")
        ax.set_ylabel("accuracy, computed after the fit")
        ax.set_yscale("logit")  # 0.98 and 0.99 are as far apart as 0.8 and 0.9
        ax.set_ylim(*_limits(view.timeline["accuracy"]))
        ax.yaxis.set_major_locator(FixedLocator(TICKS))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_locator(NullLocator())
        lines = [Line2D([], [], color=c, linestyle=dash, marker=markers[name]) for name, (c, dash) in styles.items()]
        legend_below(figure, lines, list(styles), 3, "each line or point is one seed")
    return figure


def _limits(accuracy: pd.Series) -> tuple[float, float]:
    """Ends of the vertical axis: slightly outside the two ticks that enclose all accuracies.

    >>> low, high = _limits(pd.Series([0.91, 0.94]))
    >>> 0.88 < low < 0.9, 0.95 < high < 0.96
    (True, True)
    """
    low = max((a for a in TICKS if a <= accuracy.min()), default=TICKS[0])
    high = min((a for a in TICKS if a >= accuracy.max()), default=TICKS[-1])
    return low - 0.1 * min(low, 1 - low), high + 0.1 * min(high, 1 - high)
