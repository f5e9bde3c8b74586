"""Rows of images, with a name for each row and a caption below each image."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bench.report.figures.canvas import count_lines, look, panels, titled
from bench.report.figures.limits import WIDEST
from bench.report.figures.views import Images

COLUMNS = 10
"""Largest number of images in one row of a grid."""
SIDE = 400
"""Largest height or width of an image as it is drawn, in pixels."""
_UNIT = 0.8
"""Largest height and width of the place of an image, in inches."""
_SMALL = 6.5
"""Size of the text below an image, in points."""


def image_rows(blocks: Sequence[Sequence[tuple[str, Images]]], title: str) -> Figure:
    """Draw each row of each block: a name and its images. No row has more images than the first one."""
    columns, n_rows = len(blocks[0][0][1]), sum(map(len, blocks))
    gap = 0.25
    with look(0.8):
        figure, ax = _canvas(n_rows + gap * (len(blocks) - 1), columns, title)
        top = 0.0
        for block in blocks:
            for name, images in block:
                _name(ax, top, name)
                for column, image in enumerate(images):
                    _draw(ax, image, column, top)
                top += 1
            top += gap
    return figure


def image_grid(images: Images, title: str, captions: Sequence[str]) -> Figure:
    """Draw images with a caption of two lines below each, in rows of nearly the same length, 10 at most."""
    n_rows = ceil(len(images) / COLUMNS)
    columns = ceil(len(images) / n_rows)
    pitch = 1.42
    with look(0.8):
        figure, ax = _canvas(n_rows * pitch, columns, title)
        for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
            row, column = divmod(number, columns)
            _draw(ax, image, column, pitch * row)
            ax.text(column + 0.5, pitch * row + 1, caption, fontsize=_SMALL, ha="center", va="top")
    return figure


def image_table(
    rows: Sequence[tuple[str, Sequence[tuple[Images, str] | None]]], headings: Sequence[tuple[int, str]], title: str
) -> Figure:
    """Draw rows of images with a caption below each; None leaves a place empty.

    A heading, (column, text), stands above the first row. All rows have the same number of places.
    """
    pitch = 1.35
    with look(0.8):
        figure, ax = _canvas(len(rows) * pitch, len(rows[0][1]), title, above=0.35)
        for column, text in headings:
            ax.text(column, -0.1, text, fontsize="small", ha="left", va="bottom")
        for number, (name, places) in enumerate(rows):
            top = pitch * number
            _name(ax, top, name)
            for column, place in enumerate(places):
                if place is not None:
                    _draw(ax, place[0], column, top)
                    ax.text(column + 0.5, top + 1, place[1], fontsize=5.5, ha="center", va="top")
    return figure


def reduced(image: Images, side: int = SIDE) -> NDArray[np.float32]:
    """An image, (height, width, channels), clipped to [0, 1]; a grey one as (height, width).

    Only every second, third … row and column is kept if the image is higher or wider than `side`.
    """
    step = ceil(max(image.shape[:2]) / side)
    small = np.clip(image[::step, ::step], 0, 1)
    return small[..., 0] if small.shape[-1] == 1 else small


def _canvas(height: float, columns: int, title: str, above: float = 0.05) -> tuple[Figure, Axes]:
    """A figure with one panel for all images: one panel for each image would take seconds to lay out.

    An image has a place of 1 × 1. Heights are counted downwards from the first row, 0; `above` it is room for headings.
    """
    unit = min(_UNIT, (WIDEST - 0.5) / (columns + 0.3))
    width = max(4.0, 0.5 + unit * (columns + 0.3))
    n_lines = count_lines(title, width)
    figure, (ax,) = panels(1, 1, width, 0.25 + 0.17 * n_lines + unit * (height + above))
    figure.suppressComposite = True  # matplotlib would join the images again and again, each time at the full size
    ax.set(xlim=(-0.3, columns), ylim=(height, -above), aspect="equal", anchor="N")
    ax.set_axis_off()
    titled(figure, title)
    return figure, ax


def _name(ax: Axes, top: float, name: str) -> None:
    ax.text(-0.05, top + 0.5, name, fontsize=_SMALL, rotation=90, ha="right", va="center", ma="center")


def _draw(ax: Axes, image: Images, left: float, top: float) -> None:
    """Draw an image in the middle of the place at `left` and `top`."""
    height, width = (0.92 * side / max(image.shape[:2]) for side in image.shape[:2])
    x, y = left + (1 - width) / 2, top + (1 - height) / 2
    shown, extent = reduced(image), (x, x + width, y + height, y)
    # The limits of the axes are fixed, so the image does not change them. Grey images are dark on white.
    ax.imshow(shown, cmap="Greys", vmin=0, vmax=1, interpolation="nearest", extent=extent, aspect="equal")
    ax.autoscale(False)
    # Without a frame, an image that is white would look like a gap.
    ax.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor="0.8", linewidth=0.5))
