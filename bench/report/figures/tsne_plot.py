"""A t-SNE plot of a learnt embedding, coloured by true class and by cluster."""

from collections.abc import Mapping, Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import NDArray

from bench.report.figures.canvas import Colour, look, panels, plain, titled
from bench.report.figures.image_rows import reduced
from bench.report.figures.views import FitView, Images, Points
from bench.store import arrays as array_names

PLACED = 40
"""Largest number of prototypes whose images are placed on the points; more would hide the points."""
_UNMATCHED: Colour = (0.2, 0.2, 0.2)
"""Colour of a cluster without a matched class."""


def tsne_plot(view: FitView) -> Figure | None:
    """Scatter plots of a sample; None if the method has no embedding.

    A cluster has the colour of its matched class. The image of its prototype lies at the median of its points, if there
    are at most 40 clusters.
    """
    if array_names.EMBEDDING not in view.arrays:
        return None
    rows, points = view.tsne()
    clusters = view.labels[rows]
    names = {k: str(k) for k in view.clusters}
    n_panels = 1 if view.classes is None or view.class_names is None else 2
    with look():
        figure, axes = panels(1, n_panels, 6.2 * n_panels, 6.0)
        if view.classes is None or view.class_names is None:
            colours = _palette(len(names))
        else:
            of_classes = _palette(len(view.class_names))
            classes = {number: plain(name, 40) for number, name in enumerate(view.class_names)}
            _scatter(axes[0], points, view.classes[rows], classes, of_classes, "by true class")
            matched = view.matched_classes
            colours = [of_classes[matched[k]] if k in matched else _UNMATCHED for k in names]
        _scatter(axes[-1], points, clusters, names, colours, "by cluster")
        if view.cluster_prototypes is not None and len(names) <= PLACED:
            for k in np.unique(clusters[clusters >= 0]):
                _place(axes[-1], view.cluster_prototypes[k], np.median(points[clusters == k], axis=0))
        titled(figure, f"{view.title}: t-SNE of the latent codes of {len(rows):,} samples")
    return figure


def _palette(count: int) -> list[Colour]:
    return list(sns.color_palette("tab10" if count <= 10 else "husl", count))


def _scatter(
    ax: Axes, points: Points, groups: NDArray[np.int64], names: Mapping[int, str], colours: Sequence[Colour], title: str
) -> None:
    """Draw the points of each group that has a name, in its colour. Noise, −1, has no name and is not drawn."""
    drawn = []
    for k, colour in zip(names, colours, strict=True):
        x, y = points[groups == k].T
        drawn.append(ax.scatter(x, y, s=4, color=[colour], linewidth=0, alpha=0.7, rasterized=True))
    if len(names) <= 20:
        # The names are given here, because `scatter` hides the name of a group that starts with an underscore.
        ax.legend(
            drawn,
            list(names.values()),
            markerscale=3,
            fontsize="x-small",
            loc="upper right",
            ncols=2,
            handletextpad=0.1,
            columnspacing=0.5,
        )
    ax.set_title(title, fontsize="medium")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def _place(ax: Axes, image: Images, centre: NDArray[np.float32]) -> None:
    """Draw one image, (height, width, channels), with its middle at `centre`."""
    shown = reduced(image, 100)
    inside = OffsetImage(shown, zoom=34 / max(shown.shape[:2]), cmap="Greys")  # 34 pixels at 100 dots per inch
    inside.image.set_clim(0, 1)
    box = AnnotationBbox(inside, (float(centre[0]), float(centre[1])), pad=0.15, bboxprops={"edgecolor": "0.4"})
    ax.add_artist(box)
