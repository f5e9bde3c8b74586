"""A t-SNE map of a space, coloured by true class and, beside it, by cluster, with the clusters' images on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import NDArray

from bench.report.figures.canvas import Colour, look, panels, titled
from bench.report.figures.thumbnails import Images

_LEFT_OVER: Colour = (0.2, 0.2, 0.2)
"""Of a cluster that is matched to no class."""
_SIDE = 34
"""Pixels of an image on the map, at 100 dots an inch."""


@dataclass(frozen=True)
class Classes:
    """The true class of each point, (n,), the names of all classes, and the class that each cluster is matched to."""

    of_points: NDArray[np.int64]
    names: Sequence[str]
    of_clusters: Mapping[int, int]
    """A cluster that is left over is absent."""


def tsne_map(
    points: NDArray[np.float32],
    classes: Classes | None,
    clusters: NDArray[np.int64],
    prototypes: Images | None,
    title: str,
) -> Figure:
    """`points` is (n, 2); `prototypes` one image a cluster. A cluster has the colour of the class it is matched to."""
    with look():
        figure, axes = panels(1, 1 if classes is None else 2, 6.2 * (1 if classes is None else 2), 6.0)
        found = list(range(int(clusters.max()) + 1))
        if classes is None:
            colours = _palette(len(found))
        else:
            of_classes = _palette(len(classes.names))
            _scatter(axes[0], points, classes.of_points, list(classes.names), of_classes, "by true class")
            colours = [of_classes[classes.of_clusters[k]] if k in classes.of_clusters else _LEFT_OVER for k in found]
        _scatter(axes[-1], points, clusters, [str(k) for k in found], colours, "by cluster")
        for k in np.unique(clusters[clusters >= 0]) if prototypes is not None else ():
            assert prototypes is not None
            _place(axes[-1], prototypes[k], np.median(points[clusters == k], axis=0))
        titled(figure, title)
    return figure


def _palette(count: int) -> list[Colour]:
    return list(sns.color_palette("tab10" if count <= 10 else "husl", count))


def _scatter(
    ax: Axes,
    points: NDArray[np.float32],
    groups: NDArray[np.int64],
    names: list[str],
    colours: list[Colour],
    title: str,
) -> None:
    for k, (name, colour) in enumerate(zip(names, colours, strict=True)):
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
