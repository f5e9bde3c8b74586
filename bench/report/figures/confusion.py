"""Confusion matrix: true classes against clusters."""

from textwrap import fill

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bench.report.figures.canvas import caption, look, panels, plain, titled
from bench.report.figures.views import FitView

WIDTH, HEIGHT = 0.62, 0.44
"""Size of a field, in inches."""
_UPRIGHT = 5
"""Longest name, in characters, that fits below a field without a rotation."""


def confusion(view: FitView) -> Figure | None:
    """Heat map of classes × clusters; None if the data have no classes, or if all samples are noise.

    The columns have the order of the classes that are matched to them, so a good clustering is a diagonal. A frame
    marks each match; the accuracy is the share of all samples in the frames. The colour is the share of the class, the
    text the number of samples. Noise is in no column.
    """
    if view.classes is None or view.class_names is None or not view.clusters:
        return None
    names = [plain(name, 40) for name in view.class_names]
    counts, clusters = _counts(view, view.classes, len(names))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    n_classes, n_clusters = counts.shape
    width, height = WIDTH * max(4, n_clusters), HEIGHT * max(4, n_classes)
    with look():
        figure, (ax,) = panels(1, 1, 2.4 + width, 2.2 + height)
        sns.heatmap(
            shares, annot=counts, fmt="d", cmap="Blues", vmin=0, vmax=1, ax=ax, annot_kws={"fontsize": "x-small"},
            yticklabels=names, cbar_kws={"label": "share of the class"},
        )  # fmt: skip
        matched = _frame_matches(ax, view, clusters)
        _name_columns(ax, view, clusters, names)
        ax.tick_params(axis="y", rotation=0)
        label = "matched class (number of the cluster)"
        ax.set_xlabel(fill(label, int(11 * width)))
        ax.set_ylabel(fill("true class", int(11 * height)))
        accuracy = sum(counts[view.matched_classes[k], column] for column, k in matched) / len(view.labels)
        titled(figure, f"{view.title}: accuracy {accuracy:.3f}")
        caption(figure, _notes(view))
    return figure


def _counts(view: FitView, classes: NDArray[np.int64], n_classes: int) -> tuple[NDArray[np.int64], list[int]]:
    """Samples of each class in each cluster, (n_classes, n_clusters), and the clusters in the order of the columns."""
    labels, matched = view.labels, view.matched_classes
    clusters = sorted(view.clusters, key=lambda k: (matched.get(k, n_classes), k))
    counts = [np.bincount(classes[labels == k], minlength=n_classes) for k in clusters]
    return np.array(counts, np.int64).reshape(-1, n_classes).T, clusters


def _frame_matches(ax: Axes, view: FitView, clusters: list[int]) -> list[tuple[int, int]]:
    """Frame the field of each cluster and its matched class. Returns the column and the number of these clusters."""
    matched = [(column, k) for column, k in enumerate(clusters) if k in view.matched_classes]
    for column, k in matched:
        place = (column + 0.03, view.matched_classes[k] + 0.03)
        ax.add_patch(Rectangle(place, 0.94, 0.94, fill=False, edgecolor="#ff1c09", linewidth=1.2))
    return matched


def _name_columns(ax: Axes, view: FitView, clusters: list[int], names: list[str]) -> None:
    """Write the matched class below each column, and the number of its cluster. Only long names are rotated."""
    matched = [names[view.matched_classes[k]] if k in view.matched_classes else "–" for k in clusters]
    is_upright = max(map(len, matched)) <= _UPRIGHT
    gap = "\n" if is_upright else " "
    ax.set_xticks(np.arange(len(clusters)) + 0.5, [f"{n}{gap}({k})" for n, k in zip(matched, clusters, strict=True)])
    ax.tick_params(axis="x", rotation=0 if is_upright else 40)
    if not is_upright:
        for label in ax.get_xticklabels():
            label.set(horizontalalignment="right", rotation_mode="anchor")


def _notes(view: FitView) -> list[str]:
    """The lines of the caption."""
    notes = [
        "A frame marks a cluster and its matched class (Hungarian algorithm). The accuracy is the share of the samples "
        "in the frames."
    ]
    if n_noise := int((view.labels < 0).sum()):
        notes.append(
            f"{n_noise:,} of {len(view.labels):,} samples are noise: they are in no column and count as wrong."
        )
    return [*notes, view.caption] if view.caption else notes
