"""Number of samples of each class, in each part of the data."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels
from bench.report.figures.views import DataView


def class_distribution(view: DataView) -> Figure | None:
    """A bar for each class, in one colour per part; None without classes."""
    parts = view.class_counts
    if not parts:
        return None
    rows = [
        {"part": part, "class": name, "images": count}
        for part, counts in parts.items()
        for name, count in counts.items()
    ]
    with look():
        figure, (ax,) = panels(1, 1, 8.0, 3.6)
        colour = sns.color_palette("colorblind", len(parts))
        sns.barplot(pd.DataFrame(rows), x="class", y="images", hue="part", palette=colour, ax=ax, legend=len(parts) > 1)
        if len(parts) > 1:
            sns.move_legend(ax, "center left", bbox_to_anchor=(1.0, 0.5), frameon=False, title=None)
        ax.set_title(f"class distribution of {' and '.join(parts)}", fontsize="medium")
        ax.grid(axis="x", visible=False)
    return figure
