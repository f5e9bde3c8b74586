"""The rank of each row on each data set."""

from math import ceil, inf

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.report.figures.canvas import colours, look, panels, plain, titled, wrapped
from bench.report.figures.limits import WIDEST
from bench.report.figures.strips import height_of_rows, strip
from bench.report.groups import Group
from bench.report.numbers import heading
from bench.report.ranks import rankings
from bench.report.sets_view import SetsView

COLUMNS = 2
"""Largest number of panels side by side."""
MOST = 4
"""Most panels: the first metrics are drawn."""


def rank_strips(view: SetsView) -> Figure | None:
    """One panel for each metric, and in it one dot for each data set; None if no row is ranked."""
    made = rankings(view)[:MOST]
    if not made:
        return None
    groups: dict[str, Group] = {label: g for results in view.sets for label, g in results.groups.items()}
    known = [label for label in view.labels if label in groups]
    colour_of = dict(zip(known, colours([groups[label] for label in known]), strict=True))
    rows = sorted(known, key=lambda label: inf if (mean := made[0].mean(label)) is None else mean)
    labels = [wrapped(label, 26) for label in rows]
    n_rows = ceil(len(made) / COLUMNS)
    with look(0.8):
        height = 0.75 + max(1.0, height_of_rows(labels))
        figure, axes = panels(n_rows, min(COLUMNS, len(made)), WIDEST, 0.8 + n_rows * height, share_y=True)
        for ax, ranking in zip(axes, made, strict=False):
            for row, label in enumerate(rows):
                strip(ax, row, ranking.of(label), colour_of[label])
            ax.set_title(f"rank in {plain(heading(ranking.metric))}", fontsize="medium")
            ax.set_xlim(0.7, len(rows) + 0.3)
            ax.xaxis.set_major_locator(MaxNLocator(min(len(rows), 6), integer=True))
            ax.tick_params(axis="x", labelbottom=True)
            ax.grid(axis="y", visible=False)
        for ax in axes[len(made) :]:
            ax.set_axis_off()
        axes[0].set_yticks(range(len(rows)), labels)
        axes[0].set_ylim(len(rows) - 0.5, -0.5)
        titled(figure, f"rows sorted by the mean rank in {heading(made[0].metric)}, best first")
        note = "each dot is one data set, hollow if it is the only one; 1 is best; upright bar: mean of the row"
        figure.supxlabel(note, fontsize="small", color="0.4")
    return figure
