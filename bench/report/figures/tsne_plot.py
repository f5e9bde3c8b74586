"""A t-SNE plot of a learnt embedding, coloured by true class and by cluster."""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import NDArray

from bench.report.figures.canvas import Colour, look, panels, plain, titled
from bench.report.figures.image_rows import reduced
from bench.report.figures.limits import WIDEST
from bench.report.figures.views import FitView, Images, Points
from bench.store import arrays as array_names

PLACED = 40
"""Largest number of prototypes whose images are placed on the points; more would hide the points."""
LISTED = 20
"""Largest number of groups of points that a legend names."""
_LONGEST = 14
"""Characters of a class in a legend."""
_UNMATCHED: Colour = (0.2, 0.2, 0.2)
"""Colour of a cluster without a matched class."""


def tsne_plot(view: FitView) -> Figure | None:
    """Scatter plots of a sample; None if the method has no embedding.

    A cluster has the colour of its matched class. A line joins the image of its prototype to the median of its points,
    if there are at most 40 clusters.
    """
    if array_names.EMBEDDING not in view.arrays:
        return None
    rows, points = view.tsne()
    clusters = view.labels[rows]
    names = {k: str(k) for k in view.clusters}
    n_panels = 1 if view.classes is None or view.class_names is None else 2
    n_lines = ceil(min(LISTED, max(len(names), len(view.class_names or ()))) / 3)
    n_noise = int((clusters < 0).sum())
    with look(0.8):
        figure, axes = panels(1, n_panels, WIDEST if n_panels > 1 else 5.0, 4.8 + 0.17 * n_lines)
        if view.classes is None or view.class_names is None:
            colours, how, legend = _palette(len(names)), "by cluster", ""
        else:
            of_classes = _palette(len(view.class_names))
            classes = {number: plain(name, _LONGEST) for number, name in enumerate(view.class_names)}
            _scatter(axes[0], points, view.classes[rows], classes, of_classes, "by true class")
            matched = view.matched_classes
            colours = [of_classes[matched[k]] if k in matched else _UNMATCHED for k in names]
            names = {k: f"{k}: {classes[matched[k]]}" if k in matched else f"{k}: no class" for k in names}
            how, legend = "by cluster, in the colour of its matched class", "cluster: class"
        _scatter(axes[-1], points, clusters, names, colours, how, legend)
        if view.cluster_prototypes is not None and len(names) <= PLACED:
            for k in np.unique(clusters[clusters >= 0]):
                _place(axes[-1], view.cluster_prototypes[k], np.median(points[clusters == k], axis=0))
        titled(
            figure,
            f"{view.title}: t-SNE of the latent codes of {len(rows):,} samples; only the neighbours of a "
            "point mean something, not the size of a group or its distance to others"
            + (f"; not drawn (noise): {n_noise:,}" if n_noise else ""),
        )
    return figure


def _palette(count: int) -> list[Colour]:
    return list(sns.color_palette("tab10" if count <= 10 else "husl", count))


def _scatter(
    ax: Axes,
    points: Points,
    groups: NDArray[np.int64],
    names: Mapping[int, str],
    colours: Sequence[Colour],
    title: str,
    legend: str = "",
) -> None:
    """Draw the points of each group that has a name, in its colour. Noise, −1, has no name and is not drawn."""
    drawn = []
    for k, colour in zip(names, colours, strict=True):
        x, y = points[groups == k].T
        drawn.append(ax.scatter(x, y, s=4, color=[colour], linewidth=0, alpha=0.7, rasterized=True))
    if len(names) <= LISTED:
        # The names are given here, because `scatter` hides the name of a group that starts with an underscore.
        ax.legend(
            drawn,
            list(names.values()),
            markerscale=3,
            fontsize="x-small",
            loc="upper center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=_columns(names.values()),
            frameon=False,
            handletextpad=0.1,
            columnspacing=0.8,
            title=legend,
            title_fontsize="x-small",
        )
    else:
        title += f"\n({len(names)} colours, without a legend)"
    ax.set_title(title, fontsize="medium")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def _columns(names: Collection[str]) -> int:
    """Columns of a legend of these names, which are as wide as the panel at most."""
    longest = max(map(len, names), default=1)
    return 5 if longest <= 6 else 4 if longest <= 11 else 3


def _place(ax: Axes, image: Images, centre: NDArray[np.float32]) -> None:
    """Draw one image, (height, width, channels), beside `centre`, so that the points there stay visible."""
    shown = reduced(image, 100)
    inside = OffsetImage(shown, zoom=18 / max(shown.shape[:2]), cmap="Greys")  # 18 points
    inside.image.set_clim(0, 1)
    box = AnnotationBbox(
        inside,
        (float(centre[0]), float(centre[1])),
        xybox=(20, 20),
        boxcoords="offset points",
        pad=0.15,
        bboxprops={"edgecolor": "0.4"},
        arrowprops={"arrowstyle": "-", "color": "0.4", "linewidth": 0.8},
    )
    ax.add_artist(box)
