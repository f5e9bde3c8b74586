"""True classes against clusters, each cluster beside the class that the Hungarian matching gives it."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import look, panels, titled


def confusion(counts: NDArray[np.int64], class_names: Sequence[str], clusters: Sequence[str], title: str) -> Figure:
    """Heat map of `counts`, (n_classes, n_clusters): a share of its row as colour, the number of samples as text."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with look():
        figure, (ax,) = panels(1, 1, 2.0 + 0.62 * counts.shape[1], 1.6 + 0.44 * counts.shape[0])
        sns.heatmap(
            shares, annot=counts, fmt="d", cmap="Blues", vmin=0, vmax=1, ax=ax, annot_kws={"fontsize": "x-small"},
            xticklabels=list(clusters), yticklabels=list(class_names), cbar_kws={"label": "share of the class"},
        )  # fmt: skip
        ax.set_xlabel("cluster, in the order of the classes that they are matched to")
        ax.set_ylabel("true class")
        titled(figure, title)
    return figure
