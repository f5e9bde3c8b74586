"""Strips: one row for each group, one dot for each seed, and one bar at their mean."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.metrics.metric import Metric
from bench.report.figures.canvas import Colour, colours, look, panels, wrapped
from bench.report.groups import Group


def strips(groups: Sequence[Group], titled_metrics: Sequence[tuple[Metric, str]]) -> Figure:
    """One panel for each pair of a metric and its title."""
    labels = [wrapped(group.label) for group in groups]
    lines = sum(max(1.6, 0.9 + 0.6 * label.count("\n")) for label in labels)
    with look():
        figure, axes = panels(1, len(titled_metrics), 2.6 + 3.4 * len(titled_metrics), 1.7 + 0.34 * lines, share_y=True)
        for ax, (metric, title) in zip(axes, titled_metrics, strict=True):
            for row, (group, colour) in enumerate(zip(groups, colours(groups), strict=True)):
                values = group.by_draw(metric.name)
                strip(ax, row, [values[draw] for draw in sorted(values)], colour)
            ax.set_title(title, fontsize="medium")
            ax.margins(x=0.12)
            ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            ax.grid(axis="y", visible=False)
        axes[0].set_yticks(range(len(groups)), labels)
        axes[0].set_ylim(len(groups) - 0.5, -0.5)
        dot = "seed on one subsample" if any(group.n_subsamples for group in groups) else "seed"
        figure.supxlabel(f"each dot is one {dot}; each bar is the mean of its row", fontsize="small", color="0.4")
    return figure


def strip(ax: Axes, row: int, values: Sequence[float], colour: Colour) -> None:
    """Draw one row: a dot for each value and a bar at their mean, or `n/a` without a value."""
    if not values:
        ax.text(0.5, row, "n/a", transform=ax.get_yaxis_transform(), ha="center", va="center", color="0.5")
        return
    # Each seed has a fixed height instead of random jitter: equal values stay visible, and the figure never changes.
    heights = row + np.linspace(-0.16, 0.16, len(values)) if len(values) > 1 else [float(row)]
    mean = sum(values) / len(values)
    ax.plot([mean, mean], [row - 0.3, row + 0.3], color=colour, linewidth=2, alpha=0.5, zorder=2)
    ax.scatter(values, heights, s=42, color=[colour], edgecolor="white", linewidth=0.8, zorder=3)
