"""Labels of smaller forms of a model against their size and their speed."""

from itertools import cycle
from math import ceil
from typing import Literal

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from bench.report.figures.canvas import caption, legend_below, look, panels
from bench.report.figures.limits import WIDEST
from bench.report.figures.palette import DASHES, styles
from bench.report.figures.short_names import short_names, spelt_out
from bench.report.figures.views import CompressionView
from bench.report.tables.compression import means, summary

MARKERS = "os^vDP*X<>dph8"
FILLS: tuple[Literal["full", "none", "left", "right", "top", "bottom"], ...]
FILLS = ("full", "none", "left", "right", "top", "bottom")
"""Rows of one method share its colour and differ in the half of their markers that is filled."""
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
    looks = styles(view.methods or {str(label): str(label) for label in labels})
    short = short_names(list(looks))
    fills = {label: FILLS[DASHES.index(style.dash)] for label, style in looks.items()}
    with look(0.8):
        figure, axes = panels(
            len(shown), 2, WIDEST, 2.9 * len(shown) + 0.2 * ceil((len(forms) + len(labels)) / 3) + 0.4
        )
        for ax, (up, across) in zip(axes, [(up, across) for up in shown for across in ACROSS], strict=True):
            for label, form, rows in means(frame):
                x, y = summary(rows, across), summary(rows, up)
                if x.mean is None or y.mean is None:
                    continue
                colour = looks[label].colour
                (point, *_) = ax.errorbar(x.mean, y.mean, y.sd or 0, x.sd or 0, linestyle="", color=colour)
                point.set(marker=markers[form], markersize=6, fillstyle=fills[label])
            ax.set(xscale="log", xlabel=ACROSS[across], ylabel=UP[up])
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter("{x:,g}")
        keys = [Line2D([], [], color="0.3", marker=marker, linestyle="") for marker in markers.values()]
        keys += [
            Line2D([], [], color=looks[label].colour, marker="o", linestyle="", fillstyle=fills[label])
            for label in labels
        ]
        names = [*markers, *(short[label] for label in labels)]
        legend_below(figure, keys, names, 3, "bars: standard deviation over seeds")
        caption(figure, spelt_out(short, labels))
    return figure
