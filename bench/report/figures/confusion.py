"""Confusion matrix: true classes against clusters."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import look, panels, plain, titled
from bench.report.figures.views import FitView


def confusion(view: FitView) -> Figure | None:
    """Heat map of classes × clusters; None if the data have no classes, or if all samples are noise.

    The colour is the share of the class, the text the number of samples. Noise is not counted.
    """
    if view.classes is None or view.class_names is None or not view.clusters:
        return None
    counts, clusters = _counts(view, view.classes, len(view.class_names))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with look():
        figure, (ax,) = panels(1, 1, 2.0 + 0.62 * counts.shape[1], 1.6 + 0.44 * counts.shape[0])
        sns.heatmap(
            shares, annot=counts, fmt="d", cmap="Blues", vmin=0, vmax=1, ax=ax, annot_kws={"fontsize": "x-small"},
            xticklabels=[str(k) for k in clusters], yticklabels=[plain(name, 40) for name in view.class_names],
            cbar_kws={"label": "share of the class"},
        )  # fmt: skip
        ax.set_xlabel("cluster, in the order of the matched classes")
        ax.set_ylabel("true class")
        titled(figure, view.title)
    return figure


def _counts(view: FitView, classes: NDArray[np.int64], n_classes: int) -> tuple[NDArray[np.int64], list[int]]:
    """Samples of each class in each cluster, (n_classes, n_clusters), and the clusters in the order of the columns."""
    labels, matched = view.labels, view.matched_classes
    clusters = sorted(view.clusters, key=lambda k: (matched.get(k, n_classes), k))
    counts = [np.bincount(classes[labels == k], minlength=n_classes) for k in clusters]
    return np.array(counts, np.int64).reshape(-1, n_classes).T, clusters
