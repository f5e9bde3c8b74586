"""Strip figures: a row per group, a dot for every seed, a bar at their mean."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.metrics.declarations import METRICS, Metric, metric
from bench.report.figures.canvas import Colour, colours, look, panels, wrapped
from bench.report.groups import Group
from bench.report.numbers import arrow

SPACE_TITLES = {
    "input": "in the input space,\nthe same for all methods",
    "own": "in each method's own space:\ncompares no methods",
}


def label_strips(groups: Sequence[Group]) -> Figure | None:
    """Every seed's agreement with the true labels; None where no seed has any."""
    external = [m for m in METRICS if m.kind == "external" and any(group.by_seed(m.name) for group in groups)]
    if not external:
        return None
    return _strips(groups, [(m, m.label + arrow(m.higher_is_better)) for m in external])


def silhouette_strips(groups: Sequence[Group]) -> Figure | None:
    """Every seed's silhouette, in the input space and, apart from it, in each method's own; None without any."""
    both = [metric("silhouette_input"), metric("silhouette_own")]
    if not any(group.by_seed(m.name) for group in groups for m in both):
        return None
    return _strips(groups, [(m, f"{m.label} {SPACE_TITLES[m.space or 'input']}") for m in both])


def _strips(groups: Sequence[Group], titled: Sequence[tuple[Metric, str]]) -> Figure:
    labels = [wrapped(group.label) for group in groups]
    lines = sum(max(1.6, 0.9 + 0.6 * label.count("\n")) for label in labels)
    with look():
        figure, axes = panels(1, len(titled), 2.6 + 3.4 * len(titled), 1.7 + 0.34 * lines, share_y=True)
        for ax, (shown, title) in zip(axes, titled, strict=True):
            for row, (group, colour) in enumerate(zip(groups, colours(groups), strict=True)):
                _strip(ax, row, group.by_seed(shown.name), colour)
            ax.set_title(title, fontsize="medium")
            ax.margins(x=0.12)
            ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            ax.grid(axis="y", visible=False)
        axes[0].set_yticks(range(len(groups)), labels)
        axes[0].set_ylim(len(groups) - 0.5, -0.5)
        figure.supxlabel("each dot is one seed, each bar the mean of its row", fontsize="small", color="0.4")
    return figure


def _strip(ax: Axes, row: int, by_seed: dict[int, float], colour: Colour) -> None:
    if not by_seed:
        ax.text(0.5, row, "n/a", transform=ax.get_yaxis_transform(), ha="center", va="center", color="0.5")
        return
    # One height per seed instead of random jitter: equal values stay visible, and the picture is the same each time.
    heights = row + np.linspace(-0.16, 0.16, len(by_seed)) if len(by_seed) > 1 else [float(row)]
    values = [by_seed[seed] for seed in sorted(by_seed)]
    mean = sum(values) / len(values)
    ax.plot([mean, mean], [row - 0.3, row + 0.3], color=colour, linewidth=2, alpha=0.5, zorder=2)
    ax.scatter(values, heights, s=42, color=[colour], edgecolor="white", linewidth=0.8, zorder=3)
