"""Accuracy against the seconds of a fit."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from bench.report.courses import Course, course_of
from bench.report.figures.canvas import caption, dashed, legend_below, look, panels, row_styles
from bench.report.figures.palette import Style
from bench.report.figures.short_names import short_names, spelt_out
from bench.report.figures.views import FitsView

SHORTEST = 1e-3
"""Shorter times are drawn here: the logarithm of 0 does not exist."""
_SMALLEST_SPAN = 0.1
"""Smallest difference of the ends of the vertical axis, so that a small difference does not look large."""


_DARK_BANDS = 4
"""Largest number of rows whose bands are not made lighter, because many of them lie on each other."""


def time_to_accuracy(view: FitsView) -> Figure | None:
    """For each row the mean over its seeds and a band from the lowest to the highest; None without a timeline.

    A row whose fits stored no labels during training is one point, at its end.
    """
    if view.timeline.empty:
        return None
    looks, short = row_styles(view.all_groups), short_names([group.label for group in view.all_groups])
    shown = [group.label for group in view.groups if group.label in set(view.timeline["label"])]
    has_start = False
    with look():
        figure, (ax,) = panels(1, 1, 8.0, 5.0 + 0.28 * (len(shown) // 3))
        for label in shown:
            fits = view.timeline[view.timeline["label"] == label]
            course = course_of(
                [
                    (fit["seconds"].to_numpy(float), fit["accuracy"].to_numpy(float))
                    for _, fit in fits.groupby("seed", sort=False)
                ]
            )
            _draw(ax, course, looks[label], 0.15 if len(shown) <= _DARK_BANDS else 0.06)
            has_start |= len(course.mean) > 1
        _axes(ax)
        lines = [_key(looks[label]) for label in shown]
        labels = [short[label] for label in shown]
        if has_start:
            lines.append(Line2D([], [], color="0.3", linestyle="", marker="o", markerfacecolor="white"))
            labels.append("start of clustering")
        legend_below(figure, lines, labels, min(3, len(lines)), "filled marker: end of the fit")
        caption(figure, [_note(view.timeline), *spelt_out(short, shown)])
    return figure


def _draw(ax: Axes, course: Course, style: Style, opacity: float) -> None:
    seconds = course.seconds.clip(SHORTEST)
    if len(seconds) > 1:
        ax.fill_between(seconds, course.low, course.high, color=style.colour, alpha=opacity, linewidth=0, zorder=2)
        ax.plot(seconds, course.mean, color=style.colour, linestyle=dashed(style), linewidth=1.6, zorder=3)
        ax.plot(seconds[0], course.mean[0], color=style.colour, marker=style.marker, markerfacecolor="white",
                markersize=7, zorder=4)  # fmt: skip
    else:
        ax.plot([seconds[0]] * 2, [course.low[0], course.high[0]], color=style.colour, linewidth=1.2, zorder=3)
    ax.plot(seconds[-1], course.mean[-1], color=style.colour, marker=style.marker, markersize=7,
            markeredgecolor="white", zorder=5)  # fmt: skip


def _axes(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:,g}")
    ax.set_xlabel("seconds of fit, pretraining included")
    low, high = ax.get_ylim()
    missing = max(0.0, _SMALLEST_SPAN - (high - low)) / 2
    ax.set_ylim(max(low - missing, -0.02), min(high + missing, 1.02))
    ax.set_ylabel("accuracy, computed after the fit")


def _key(style: Style) -> Line2D:
    return Line2D(
        [], [], color=style.colour, linestyle=dashed(style), marker=style.marker, markersize=7, markeredgecolor="white"
    )


def _note(timeline: pd.DataFrame) -> str:
    several = bool((timeline.groupby("label")["seed"].nunique() > 1).any())
    if not several:
        return "One seed for each row."
    return (
        "Line: mean of accuracy and time over the seeds; band, or bar at a point: lowest to highest accuracy of a seed."
    )
