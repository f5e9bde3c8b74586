"""How many samples each class has, by part of the data."""

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels


def class_distribution(counts: Mapping[str, Mapping[str, int]]) -> Figure:
    """Bars of part → class → number of samples."""
    rows = [{"part": part, "class": name, "images": n} for part, found in counts.items() for name, n in found.items()]
    with look():
        figure, (ax,) = panels(1, 1, 8.0, 3.6)
        colour = sns.color_palette("colorblind", len(counts))
        sns.barplot(
            pd.DataFrame(rows), x="class", y="images", hue="part", palette=colour, ax=ax, legend=len(counts) > 1
        )
        if len(counts) > 1:
            sns.move_legend(ax, "center left", bbox_to_anchor=(1.0, 0.5), frameon=False, title=None)
        ax.set_title(f"class distribution of {' and '.join(counts)}", fontsize="medium")
        ax.grid(axis="x", visible=False)
    return figure
