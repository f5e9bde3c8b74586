"""Labels of smaller forms of a model against their size and their speed."""

from itertools import cycle
from math import ceil

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from bench.report.figures.canvas import legend_below, look, panels
from bench.report.figures.limits import WIDEST
from bench.report.figures.palette import colours_of
from bench.report.figures.views import CompressionView
from bench.report.tables.compression import means, summary

MARKERS = "os^vDP*X<>dph8"
ACROSS = {"kb": "KB of the file, deflated", "speedup_1": "speed on one thread (float32: 1)"}
UP = {"accuracy": "accuracy", "agreement": "share of labels as float32"}


def compression_panels(view: CompressionView) -> Figure | None:
    """Accuracy and agreement with float32 against size and speed, one point for each form; None without rows.

    Without true labels there is no accuracy.
    """
    if view.frame.empty:
        return None
    frame = view.frame.assign(kb=view.frame["deflated_bytes"] / 1000)
    shown = [name for name in UP if frame[name].notna().any()]
    labels, forms = frame["label"].unique(), frame["form"].unique()
    markers = dict(zip(forms, cycle(MARKERS), strict=False))
    with look(0.8):
        colours = colours_of(labels)
        figure, axes = panels(
            len(shown), 2, WIDEST, 2.9 * len(shown) + 0.2 * ceil((len(forms) + len(labels)) / 2) + 0.4
        )
        for ax, (up, across) in zip(axes, [(up, across) for up in shown for across in ACROSS], strict=True):
            for label, form, rows in means(frame):
                x, y = summary(rows, across), summary(rows, up)
                if x.mean is None or y.mean is None:
                    continue
                (point, *_) = ax.errorbar(x.mean, y.mean, y.sd or 0, x.sd or 0, linestyle="", color=colours[label])
                point.set(marker=markers[form], markersize=6)
            ax.set(xscale="log", xlabel=ACROSS[across], ylabel=UP[up])
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter("{x:,g}")
        keys = [Line2D([], [], color="0.3", marker=marker, linestyle="") for marker in markers.values()]
        keys += [Line2D([], [], color=colour, linewidth=4) for colour in colours.values()]
        legend_below(figure, keys, [*markers, *colours], 2, "bars: standard deviation over seeds")
    return figure
