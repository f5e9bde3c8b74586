"""Strips: one row for each group, one dot for each seed, their mean and its interval."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.metrics.metric import Metric
from bench.report.figures.canvas import Colour, colours, look, panels, titled, wrapped
from bench.report.figures.limits import WIDEST
from bench.report.groups import Group
from bench.report.numbers import heading
from bench.statistics.intervals import Interval, interval_of_mean

COLUMNS = 3
"""Largest number of panels side by side."""
ROW_NAME = 26
"""Characters in one line of the name of a row."""


def strips(
    groups: Sequence[Group],
    titled_metrics: Sequence[tuple[Metric, str]],
    instead: Sequence[Sequence[str]] = (),
) -> Figure:
    """One panel for each pair of a metric and its title, in rows of three. The first metric sorts the rows.

    `instead`: for each panel, for each group, the text that stands in place of its values; empty to draw the values.
    """
    first = titled_metrics[0][0]
    order = sorted(range(len(groups)), key=lambda i: _place(groups[i], first))
    names = [f"{wrapped(groups[i].label, ROW_NAME)}\n{count(groups[i])}" for i in order]
    columns = min(COLUMNS, len(titled_metrics))
    n_rows = ceil(len(titled_metrics) / columns)
    height = 0.75 + height_of_rows(names)
    with look(0.8):
        figure, axes = panels(n_rows, columns, WIDEST, 0.8 + height * n_rows, share_y=True)
        drawn = list(zip([groups[i] for i in order], [colours(groups)[i] for i in order], order, strict=True))
        for number, (ax, (metric, title)) in enumerate(zip(axes, titled_metrics, strict=False)):
            for row, (group, colour, i) in enumerate(drawn):
                _row(ax, row, group, metric, colour, instead[number][i] if instead else "")
            ax.set_title(title, fontsize="medium")
            _limit(ax, metric)
            ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            ax.tick_params(axis="x", labelbottom=True)
            ax.grid(axis="y", visible=False)
        for ax in axes[len(titled_metrics) :]:
            ax.set_axis_off()
        axes[0].set_yticks(range(len(names)), names)
        axes[0].set_ylim(len(names) - 0.5, -0.5)
        titled(figure, f"rows sorted by {heading(first)}, {_best(first)} first")
        figure.supxlabel(_legend(groups), fontsize="small", color="0.4")
    return figure


def height_of_rows(names: Sequence[str]) -> float:
    """Inches for rows with these names, of which none lies on its neighbour: all rows have the same height."""
    lines = [name.count("\n") + 1 for name in names]
    most = max([max(lines) / 2 + 0.5, *((one + other) / 2 for one, other in pairwise(lines))])
    return len(names) * (0.15 + 0.14 * most)


def count(group: Group) -> str:
    """The number of finished fits, `n`, as the second line of the name of a row.

    Fits that are equal, because the seeds do not reach the method, count as one result.
    """
    if group.n_subsamples:
        return f"n = {group.seeds_text()}"
    finished, all_fits = len(group.ok), len(group.outcomes)
    text = f"n = {finished}" if finished == all_fits else f"n = {finished} of {all_fits}"
    return f"{text}, equal: takes no seed" if not group.takes_seed and group.has_equal_fits else text


def strip(ax: Axes, row: int, values: Sequence[float], colour: Colour, interval: Interval | None = None) -> None:
    """Draw one row: a dot for each value, a bar at their mean and a line for its interval; `n/a` without a value.

    The dot of a single value is hollow and has no bar: a mean of one value says nothing about the others.
    """
    if not values:
        note(ax, row, "n/a")
        return
    if len(values) == 1:
        ax.scatter(values, [row], s=36, facecolor="white", edgecolor=[colour], linewidth=1.6, zorder=3)
        return
    # Each seed has a fixed height instead of random jitter: equal values stay visible, and the figure never changes.
    heights = row + np.linspace(-0.18, 0.18, len(values))
    mean = sum(values) / len(values)
    if interval is not None:
        ax.plot([interval.low, interval.high], [row, row], color=colour, linewidth=1.2, alpha=0.8, zorder=2)
    ax.plot([mean, mean], [row - 0.3, row + 0.3], color=colour, linewidth=2, alpha=0.6, zorder=2)
    ax.scatter(values, heights, s=26, color=[colour], edgecolor="white", linewidth=0.7, zorder=3)


def note(ax: Axes, row: int, text: str) -> None:
    """Write a text in the middle of a row, in place of values."""
    ax.text(0.5, row, text, transform=ax.get_yaxis_transform(), ha="center", va="center", color="0.4", fontsize="small")


def _row(ax: Axes, row: int, group: Group, metric: Metric, colour: Colour, instead: str) -> None:
    if instead:
        note(ax, row, instead)
        return
    values = group.by_draw(metric.name)
    strip(
        ax,
        row,
        [values[draw] for draw in sorted(values)],
        colour,
        interval_of_mean(list(group.by_seed(metric.name).values())),
    )
    if 0 < len(values) < len(group.ok):
        text = f"n = {len(values)}"
        ax.text(0.99, row - 0.3, text, transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize="x-small")


def _place(group: Group, metric: Metric) -> tuple[bool, float]:
    """The best mean comes first, and a group without a value last."""
    mean = group.summary(metric.name).mean
    if mean is None:
        return True, 0.0
    return False, mean if metric.higher_is_better is False else -mean


def _best(metric: Metric) -> str:
    return "largest" if metric.higher_is_better is None else "best"


def _limit(ax: Axes, metric: Metric) -> None:
    """Show all dots. An interval is shown as far as the metric has values."""
    ax.margins(x=0.08)
    low, high = ax.get_xlim()
    slack = 0.03 * (high - low)
    ax.set_xlim(max(low, metric.bounds[0] - slack), min(high, metric.bounds[1] + slack))


def _legend(groups: Sequence[Group]) -> str:
    dot = "seed on one subsample" if any(group.n_subsamples for group in groups) else "seed"
    if not any(len(group.ok) > 1 for group in groups):
        return f"each dot is one {dot}; it is hollow: one fit has no interval"
    hollow = ", hollow if it is the only one" if any(len(group.ok) == 1 for group in groups) else ""
    return f"each dot is one {dot}{hollow}; upright bar: mean; level line: interval of 95 % of the mean"
