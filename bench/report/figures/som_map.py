"""A self-organizing map: its prototypes, the number of samples of each unit, and the distances between units."""

from math import ceil

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import look, panels, titled
from bench.report.figures.views import FitView, Images
from bench.store import arrays as names

ANNOTATED = 400
"""Largest number of units whose numbers of samples are written; more are only shown as colours."""
SIDE = 3000
"""Largest height or width of all prototypes together, in pixels."""


def som_map(view: FitView) -> Figure | None:
    """Three panels on the grid of the map; None for other methods, and for a table."""
    prototypes, hits = view.prototypes, view.hits
    if prototypes is None or hits is None:
        return None
    rows, columns = hits.shape
    annotated = hits.size <= ANNOTATED
    with look():
        figure, axes = panels(1, 3, 14.0, 1.0 + min(8.8, max(1.1, 4.4 * rows / columns)))
        axes[0].imshow(_mosaic(prototypes, rows, columns), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        axes[0].set_axis_off()
        axes[0].set_title("prototypes", fontsize="medium")
        sns.heatmap(hits, annot=annotated, fmt="d", cmap="Blues", ax=axes[1], cbar=not annotated,
                    annot_kws={"fontsize": "xx-small"}, rasterized=not annotated)  # fmt: skip
        axes[1].set_title("hits: number of samples nearest to the unit", fontsize="medium")
        sns.heatmap(u_matrix(view.arrays[names.PROTOTYPES], (rows, columns)), cmap="bone_r", ax=axes[2],
                    rasterized=not annotated)  # fmt: skip
        axes[2].set_title("U-matrix: mean distance to the neighbours", fontsize="medium")
        for ax in axes[1:]:
            ax.set(xticks=[], yticks=[])
        titled(figure, view.title)
    return figure


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
