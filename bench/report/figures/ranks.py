"""The rank of each row on each data set."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.report.figures.canvas import colours, look, panels, plain, wrapped
from bench.report.figures.strips import strip
from bench.report.groups import Group
from bench.report.numbers import heading
from bench.report.ranks import rankings
from bench.report.sets_view import SetsView

MOST = 4
"""Most panels: the first metrics are drawn."""


def rank_strips(view: SetsView) -> Figure | None:
    """One panel for each metric, and in it one dot for each data set; None if no row is ranked."""
    made = rankings(view)[:MOST]
    if not made:
        return None
    groups: dict[str, Group] = {label: g for results in view.sets for label, g in results.groups.items()}
    rows = [label for label in view.labels if label in groups]
    labels = [wrapped(label) for label in rows]
    lines = sum(max(1.6, 0.9 + 0.6 * label.count("\n")) for label in labels)
    with look():
        figure, axes = panels(1, len(made), 2.6 + 2.6 * len(made), 1.7 + 0.34 * lines, share_y=True)
        for ax, ranking in zip(axes, made, strict=True):
            for row, (label, colour) in enumerate(zip(rows, colours([groups[label] for label in rows]), strict=True)):
                strip(ax, row, ranking.of(label), colour)
            ax.set_title(f"rank in {plain(heading(ranking.metric))}", fontsize="medium")
            ax.set_xlim(0.7, len(rows) + 0.3)
            ax.xaxis.set_major_locator(MaxNLocator(min(len(rows), 6), integer=True))
            ax.grid(axis="y", visible=False)
        axes[0].set_yticks(range(len(rows)), labels)
        axes[0].set_ylim(len(rows) - 0.5, -0.5)
        note = "each dot is one data set, 1 is best; each bar is the mean of its row"
        figure.supxlabel(note, fontsize="small", color="0.4")
    return figure
