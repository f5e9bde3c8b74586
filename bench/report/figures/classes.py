"""Number of samples of each class, in each part of the data."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels, plain
from bench.report.figures.views import DataView

_LETTER = 0.13
"""Inches for one letter of a name that stands upright below its bar, so that the bars keep their height."""


def class_distribution(view: DataView) -> Figure | None:
    """A bar for each class, in one colour per part; None without classes."""
    parts = view.class_counts
    names = [plain(name, 40) for name in next(iter(parts.values()), {})]
    if not names:
        return None
    width = 0.8 / len(parts)
    with look():
        inches, longest = max(8.0, 1.0 + 0.3 * len(names)), max(map(len, names))
        is_level = len(names) * longest <= 10 * inches
        figure, (ax,) = panels(1, 1, inches, 3.6 if is_level else 3.0 + _LETTER * longest)
        for number, (counts, colour) in enumerate(
            zip(parts.values(), sns.color_palette("colorblind", len(parts)), strict=True)
        ):
            left = np.arange(len(names)) - 0.4 + number * width
            ax.bar(left, list(counts.values()), width, align="edge", color=colour)
        if len(parts) > 1:
            labels = [plain(part, 40) for part in parts]
            ax.legend(ax.containers, labels, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
        ax.set_xticks(range(len(names)), names, rotation=0 if is_level else 90)
        ax.set_xlabel("class")
        ax.set_ylabel("images")
        ax.set_title(plain(f"class distribution of {' and '.join(parts)}"), fontsize="medium")
        ax.grid(axis="x", visible=False)
    return figure
