"""A t-SNE map of a space, coloured by true class and, beside it, by cluster, with the clusters' images on it."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import NDArray

from bench.report.canvas import look, panels
from bench.report.gallery.thumbnails import Images

_SIDE = 34
"""Pixels of an image on the map, at 100 dots an inch."""


def tsne_map(
    points: NDArray[np.float32],
    classes: tuple[NDArray[np.int64], Sequence[str]] | None,
    clusters: NDArray[np.int64],
    prototypes: Images | None,
    title: str,
) -> Figure:
    """`points` is (n, 2); `classes` the true class of each and their names; `prototypes` one image a cluster."""
    with look():
        figure, axes = panels(1, 1 if classes is None else 2, 6.2 * (1 if classes is None else 2), 6.0)
        if classes is not None:
            found, names = classes
            _scatter(axes[0], points, found, list(names), "by true class")
        _scatter(axes[-1], points, clusters, [str(k) for k in range(int(clusters.max()) + 1)], "by cluster")
        for k in np.unique(clusters[clusters >= 0]) if prototypes is not None else ():
            assert prototypes is not None
            _place(axes[-1], prototypes[k], np.median(points[clusters == k], axis=0))
        figure.suptitle(title, fontsize="medium")
    return figure


def _scatter(ax: Axes, points: NDArray[np.float32], groups: NDArray[np.int64], names: list[str], title: str) -> None:
    palette = sns.color_palette("tab10" if len(names) <= 10 else "husl", len(names))
    for k, (name, colour) in enumerate(zip(names, palette, strict=True)):
        chosen = groups == k
        ax.scatter(
            points[chosen, 0],
            points[chosen, 1],
            s=4,
            color=[colour],
            linewidth=0,
            alpha=0.7,
            label=name,
            rasterized=True,
        )
    if len(names) <= 20:
        ax.legend(markerscale=3, fontsize="x-small", loc="upper right", ncols=2, handletextpad=0.1, columnspacing=0.5)
    ax.set_title(title, fontsize="medium")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)


def _place(ax: Axes, image: NDArray[np.float32], place: NDArray[np.float64]) -> None:
    shown = np.clip(image[..., 0] if image.shape[-1] == 1 else image, 0, 1)
    inside = OffsetImage(shown, zoom=_SIDE / max(shown.shape[:2]), cmap="Greys")
    inside.image.set_clim(0, 1)
    ax.add_artist(AnnotationBbox(inside, (float(place[0]), float(place[1])), pad=0.15, bboxprops={"edgecolor": "0.4"}))
