"""Accuracy against the seconds of a fit: a line a seed where labels were kept on the way, else a point."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.report.canvas import colours, look, panels, wrapped
from bench.report.groups import Group


def time_to_accuracy(frame: pd.DataFrame, groups: list[Group]) -> Figure:
    """`frame` has the columns label, seed, seconds and accuracy, one row for each labels that a fit had."""
    palette = dict(zip([group.label for group in groups], colours(groups), strict=True))
    with look():
        figure, (ax,) = panels(1, 1, 8.0, 5.0)
        for (label, _), run in frame.groupby(["label", "seed"], sort=False):
            marker = "o" if len(run) == 1 else "."
            ax.plot(run["seconds"], run["accuracy"], marker=marker, markersize=5, color=palette[str(label)], alpha=0.8)
        ax.set_xscale("log")
        ax.set_xlabel("seconds of fit")
        ax.set_ylabel("accuracy, known only afterwards")
        keys = [Line2D([], [], color=palette[label], marker="o") for label in palette]
        figure.legend(
            keys,
            [wrapped(label, 40) for label in palette],
            loc="outside lower center",
            ncols=3,
            frameon=False,
            title="a line or a point is one seed",
            title_fontsize="small",
        )
    return figure
