"""A self-organizing map: its prototypes, the number of samples of each unit, and the distances between units."""

from math import ceil

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from bench.report.figures.canvas import contrasting, look, panels, titled
from bench.report.figures.limits import WIDEST
from bench.report.figures.views import FitView, Images
from bench.store import arrays as names

ANNOTATED = 400
"""Largest number of units whose numbers of samples are written; more are only shown as colours."""
SIDE = 3000
"""Largest height or width of all prototypes together, in pixels."""
_READ = """\
The three panels are the same grid:
the unit in row r and column c has
the same place in each.

{empty}

U-matrix: a dark ridge separates
regions of similar prototypes."""


def som_map(view: FitView) -> Figure | None:
    """Three panels on the grid of the map and how to read them; None for other methods, and for a table.

    A unit is as high in relation to its width as an image, in all panels.
    """
    prototypes, hits = view.prototypes, view.hits
    if prototypes is None or hits is None:
        return None
    rows, columns = hits.shape
    ratio = prototypes.shape[1] / prototypes.shape[2]
    distances = u_matrix(view.arrays[names.PROTOTYPES], (rows, columns))
    with look(0.8):
        height = min(3.6, max(2.0, 3.4 * ratio * rows / columns))
        figure, axes = panels(2, 2, WIDEST, 0.7 + 2 * (height + 0.5))
        _grid(axes[0], _mosaic(prototypes, rows, columns), hits.shape, ratio, "prototypes").set(
            cmap="Greys", clim=(0, 1)
        )
        shown = _grid(axes[1], hits, hits.shape, ratio, "hits: samples nearest to the unit")
        shown.set(cmap="Blues", clim=(0, max(1, hits.max())))
        if hits.size <= ANNOTATED:
            _numbers(axes[1], hits)
        far = _grid(axes[2], distances, hits.shape, ratio, "U-matrix: mean distance to the neighbours")
        far.set(cmap="bone_r")
        _explain(axes[3], hits, [("hits", shown), ("distance", far)])
        titled(figure, f"{view.title}: map of {rows} × {columns} units")
    return figure


def _grid(
    ax: Axes, image: Images | NDArray[np.int64] | NDArray[np.float64], shape: tuple[int, ...], ratio: float, title: str
) -> AxesImage:
    """Draw an image over the whole grid: the unit in row r and column c lies around the point (c, r)."""
    rows, columns = shape
    extent = (-0.5, columns - 0.5, rows - 0.5, -0.5)
    drawn = ax.imshow(image, interpolation="nearest", extent=extent, aspect=ratio)
    if rows * columns <= ANNOTATED:
        ax.set_xticks(range(0, columns, ceil(columns / 10)))
        ax.set_yticks(range(0, rows, ceil(rows / 10)))
        for edge in range(1, columns):
            ax.axvline(edge - 0.5, color="0.75", linewidth=0.6)
        for edge in range(1, rows):
            ax.axhline(edge - 0.5, color="0.75", linewidth=0.6)
    else:
        ax.set(xticks=[], yticks=[])
    ax.tick_params(labelsize="x-small", length=0, pad=2)
    ax.grid(False)
    ax.set_title(title, fontsize="medium")
    return drawn


def _numbers(ax: Axes, hits: NDArray[np.int64]) -> None:
    """Write the number of samples of each unit, in black or white, whichever is easier to read on its colour."""
    colours = colormaps["Blues"](hits / max(1, hits.max()))
    size = min(9.0, 72 * 3.4 / hits.shape[1] / (0.75 * len(f"{hits.max():,}")))
    for row, column in np.ndindex(hits.shape):
        ink = contrasting(tuple(colours[row, column, :3]))
        ax.text(column, row, f"{hits[row, column]:,}", ha="center", va="center", color=ink, fontsize=size)


def _explain(ax: Axes, hits: NDArray[np.int64], scales: list[tuple[str, AxesImage]]) -> None:
    """Write how to read the panels, above the scales of their colours."""
    n_empty = int((hits == 0).sum())
    empty = f"{n_empty:,} of {hits.size:,} units have no sample (0 hits)." if n_empty else "Every unit has a sample."
    ax.set_axis_off()
    ax.text(0.05, 1.0, _READ.format(empty=empty), fontsize="small", va="top", transform=ax.transAxes)
    for number, (name, image) in enumerate(scales):
        place = ax.inset_axes((0.05, 0.34 - 0.24 * number, 0.8, 0.05))
        bar = ax.figure.colorbar(image, cax=place, orientation="horizontal", ticks=MaxNLocator(4))
        bar.ax.tick_params(labelsize="x-small", length=2, pad=2)
        bar.ax.set_title(name, fontsize="small", loc="left", pad=2)


def _mosaic(images: Images, rows: int, columns: int) -> Images:
    """All images as one, in the order of the grid: (height, width) if they are grey, else (height, width, channels).

    If this would be higher or wider than `SIDE`, only every second, third … row and column of each image is kept.
    """
    step = ceil(max(rows * images.shape[1], columns * images.shape[2]) / SIDE)
    images = images[:, ::step, ::step]
    height, width, channels = images.shape[1:]
    mosaic = images.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    mosaic = np.clip(mosaic.reshape(rows * height, columns * width, channels), 0, 1)
    return mosaic[..., 0] if channels == 1 else mosaic


def u_matrix(prototypes: NDArray[np.float32], grid_shape: tuple[int, int]) -> NDArray[np.float64]:
    """Mean Euclidean distance of each unit to its 8 neighbours, (rows, columns) (Ultsch & Siemon 1990).

    `prototypes` has shape (rows × columns, n_features), in row-major order of the grid.

    >>> u_matrix(np.array([[0.0], [1.0], [5.0]]), (1, 3))
    array([[1. , 2.5, 4. ]])
    """
    rows, columns = grid_shape
    grid = np.asarray(prototypes, np.float64).reshape(rows, columns, -1)
    total, count = np.zeros(grid_shape), np.zeros(grid_shape)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        unit = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        neighbour = (slice(down, rows), slice(max(0, right), columns - max(0, -right)))
        distance = np.linalg.norm(grid[unit] - grid[neighbour], axis=-1)
        for side in (unit, neighbour):
            total[side] += distance
            count[side] += 1
    return total / np.maximum(count, 1)
