"""Rows of images, with a name for each row and a caption for each column."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels, titled
from bench.report.figures.views import Images


def image_rows(rows: Sequence[tuple[str, Images]], title: str, captions: Sequence[str] = ()) -> Figure:
    """Draw each row: a name and its images, clipped to [0, 1]. All rows have the same number of images."""
    columns = len(rows[0][1])
    with look():
        figure, axes = panels(len(rows), columns, 1.0 + 0.8 * columns, 0.7 + 0.85 * len(rows) + 0.2 * bool(captions))
        for row, (name, images) in enumerate(rows):
            for column, image in enumerate(images):
                ax = axes[row * columns + column]
                shown = np.clip(image[..., 0] if image.shape[-1] == 1 else image, 0, 1)
                ax.imshow(shown, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")  # grey images: dark on white
                ax.set(xticks=[], yticks=[])
                ax.grid(False)
                ax.spines[:].set_visible(False)
                if captions:
                    ax.set_xlabel(captions[column], fontsize="x-small")
            axes[row * columns].set_ylabel(name, fontsize="small")
        titled(figure, title)
    return figure
