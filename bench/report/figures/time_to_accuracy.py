"""Accuracy against the seconds of a fit: a line a seed where labels were kept on the way, else a point."""

from itertools import cycle

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from bench.report.figures.canvas import look, looks, panels, wrapped
from bench.report.groups import Group

MARKERS = "osD^vPX*"
ACCURACIES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def time_to_accuracy(frame: pd.DataFrame, groups: list[Group]) -> Figure:
    """`frame` has the columns label, seed, seconds and accuracy, one row for each labels that a fit had."""
    of_label = dict(zip([group.label for group in groups], looks(groups), strict=True))
    markers = dict(zip(of_label, cycle(MARKERS), strict=False))
    with look():
        figure, (ax,) = panels(1, 1, 8.0, 5.0)
        for (label, _), run in frame.groupby(["label", "seed"], sort=False):
            colour, style = of_label[str(label)]
            marker = markers[str(label)]
            size = 5 if len(run) == 1 else 2.5
            shown = run["accuracy"].clip(ACCURACIES[0], ACCURACIES[-1])
            (line,) = ax.plot(run["seconds"], shown, style, marker=marker, markersize=size, linewidth=1)
            line.set(color=colour, alpha=0.8)
        ax.set_xscale("log")
        ax.set_xlabel("seconds of fit")
        ax.set_ylabel("accuracy, known only afterwards")
        # 0.98 and 0.99 lie as far apart as 0.8 and 0.9 do
        ax.set_yscale("logit")
        ax.set_ylim(*_limits(frame["accuracy"]))
        ax.yaxis.set_major_locator(FixedLocator(ACCURACIES))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_locator(NullLocator())
        keys = [
            Line2D([], [], color=colour, linestyle=style, marker=markers[label])
            for label, (colour, style) in of_label.items()
        ]
        figure.legend(
            keys,
            [wrapped(label, 40) for label in of_label],
            loc="outside lower center",
            ncols=3,
            frameon=False,
            title="a line or a point is one seed",
            title_fontsize="small",
        )
    return figure


def _limits(accuracy: pd.Series) -> tuple[float, float]:
    """A little beyond the numbers on the axis between which all accuracies lie; 0 and 1 lie at its ends.

    >>> low, high = _limits(pd.Series([0.91, 0.94]))
    >>> 0.88 < low < 0.9, 0.95 < high < 0.96
    (True, True)
    """
    low = max((a for a in ACCURACIES if a <= accuracy.min()), default=ACCURACIES[0])
    high = min((a for a in ACCURACIES if a >= accuracy.max()), default=ACCURACIES[-1])
    return low - 0.1 * min(low, 1 - low), high + 0.1 * min(high, 1 - high)
