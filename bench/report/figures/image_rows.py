"""Rows of images, with a name for each row and a caption for each column."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels, titled
from bench.report.figures.views import Images


def image_rows(rows: Sequence[tuple[str, Images]], title: str, captions: Sequence[str] = ()) -> Figure:
    """Draw pairs of a name and images, one below the other. All rows have the same number of images."""
    columns = len(rows[0][1])
    with look():
        figure, axes = panels(len(rows), columns, 1.0 + 0.8 * columns, 0.7 + 0.85 * len(rows) + 0.2 * bool(captions))
        for row, (name, images) in enumerate(rows):
            for column, image in enumerate(images):
                ax = axes[row * columns + column]
                _show_image(ax, image)
                if captions:
                    ax.set_xlabel(captions[column], fontsize="x-small")
            axes[row * columns].set_ylabel(name, fontsize="small")
        titled(figure, title)
    return figure


def _show_image(ax: Axes, image: Images) -> None:
    """Fill the axes with one image. Values are clipped to [0, 1]; grey images are dark on white."""
    grey = image.shape[-1] == 1
    ax.imshow(np.clip(image[..., 0] if grey else image, 0, 1), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
