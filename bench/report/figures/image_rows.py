"""Rows of images, with a name for each row and a caption below each image."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import look, panels, titled
from bench.report.figures.views import Images

COLUMNS = 20
"""Largest number of images in one row of a grid."""
SIDE = 400
"""Largest height or width of an image as it is drawn, in pixels."""


def image_rows(rows: Sequence[tuple[str, Images]], title: str) -> Figure:
    """Draw each row: a name and its images. All rows have the same number of images."""
    columns = len(rows[0][1])
    with look():
        figure, ax = _canvas(len(rows), columns, 1.0)
        for row, (name, images) in enumerate(rows):
            ax.text(-0.05, row + 0.5, name, fontsize="small", rotation=90, ha="right", va="center")
            for column, image in enumerate(images):
                _draw(ax, image, column, row)
        titled(figure, title)
    return figure


def image_grid(name: str, images: Images, title: str, captions: Sequence[str]) -> Figure:
    """Draw images with a caption below each, in one row or, if they are more than 20, in several rows."""
    columns = min(COLUMNS, len(images))
    with look():
        figure, ax = _canvas(ceil(len(images) / columns), columns, 1.25)
        ax.text(-0.05, 0.5, name, fontsize="small", rotation=90, ha="right", va="center")
        for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
            row, column = divmod(number, columns)
            _draw(ax, image, column, 1.25 * row)
            ax.text(column + 0.5, 1.25 * row + 1, caption, fontsize="x-small", ha="center", va="top")
        titled(figure, title)
    return figure


def image_table(
    rows: Sequence[tuple[str, Sequence[tuple[Images, str] | None]]], headings: Sequence[tuple[int, str]], title: str
) -> Figure:
    """Draw rows of images with a caption below each; None leaves a place empty.

    A heading, (column, text), stands above the first row. All rows have the same number of places.
    """
    with look():
        figure, ax = _canvas(len(rows), len(rows[0][1]), 1.3)
        ax.set_ylim(len(rows) * 1.3, -0.35)
        for column, text in headings:
            ax.text(column, -0.1, text, fontsize="small", ha="left", va="bottom")
        for number, (name, places) in enumerate(rows):
            top = 1.3 * number
            ax.text(-0.05, top + 0.5, name, fontsize="small", rotation=90, ha="right", va="center")
            for column, place in enumerate(places):
                if place is not None:
                    _draw(ax, place[0], column, top)
                    ax.text(column + 0.5, top + 1, place[1], fontsize=5.5, ha="center", va="top")
        titled(figure, title)
    return figure


def reduced(image: Images, side: int = SIDE) -> NDArray[np.float32]:
    """An image, (height, width, channels), clipped to [0, 1]; a grey one as (height, width).

    Only every second, third … row and column is kept if the image is higher or wider than `side`.
    """
    step = ceil(max(image.shape[:2]) / side)
    small = np.clip(image[::step, ::step], 0, 1)
    return small[..., 0] if small.shape[-1] == 1 else small


def _canvas(rows: int, columns: int, pitch: float) -> tuple[Figure, Axes]:
    """A figure with one panel for all images: one panel for each image would take seconds to lay out.

    An image has a place of 1 × 1; the first row starts at height 0, and each next one is lower by `pitch`.
    """
    figure, (ax,) = panels(1, 1, 1.0 + 0.8 * columns, 0.7 + 0.85 * rows * pitch)
    figure.suppressComposite = True  # matplotlib would join the images again and again, each time at the full size
    ax.set(xlim=(-0.3, columns), ylim=(rows * pitch, -0.05), aspect="equal")
    ax.set_axis_off()
    return figure, ax


def _draw(ax: Axes, image: Images, left: float, top: float) -> None:
    """Draw an image in the middle of the place at `left` and `top`."""
    height, width = (0.92 * side / max(image.shape[:2]) for side in image.shape[:2])
    x, y = left + (1 - width) / 2, top + (1 - height) / 2
    shown, extent = reduced(image), (x, x + width, y + height, y)
    # The limits of the axes are fixed, so the image does not change them. Grey images are dark on white.
    ax.imshow(shown, cmap="Greys", vmin=0, vmax=1, interpolation="nearest", extent=extent, aspect="equal")
    ax.autoscale(False)
