"""A self-organizing map: its prototypes as images, how many samples each unit wins, and the walls between units."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import look, panels, titled
from bench.report.figures.thumbnails import Images


def som_map(prototypes: Images, grid_shape: tuple[int, int], hits: NDArray[np.int64], title: str) -> Figure:
    """`prototypes` and `hits` are in row-major order of the grid."""
    rows, columns = grid_shape
    with look():
        figure, axes = panels(1, 3, 14.0, 1.0 + 4.4 * rows / columns)
        axes[0].imshow(_mosaic(prototypes, rows, columns), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        axes[0].set_axis_off()
        axes[0].set_title("prototypes", fontsize="medium")
        sns.heatmap(hits.reshape(rows, columns), annot=True, fmt="d", cmap="Blues", ax=axes[1], cbar=False,
                    annot_kws={"fontsize": "xx-small"})  # fmt: skip
        axes[1].set_title("hits: samples that a unit wins", fontsize="medium")
        sns.heatmap(u_matrix(prototypes.reshape(len(prototypes), -1), grid_shape), cmap="bone_r", ax=axes[2])
        axes[2].set_title("U-matrix: mean distance to the neighbours", fontsize="medium")
        for ax in axes[1:]:
            ax.set_xticks([])
            ax.set_yticks([])
        titled(figure, title)
    return figure


def _mosaic(images: Images, rows: int, columns: int) -> NDArray[np.float32]:
    height, width, channels = images.shape[1:]
    large = images.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    large = np.clip(large.reshape(rows * height, columns * width, channels), 0, 1)
    return large[..., 0] if channels == 1 else large


def u_matrix(prototypes: NDArray[np.float32], grid_shape: tuple[int, int]) -> NDArray[np.float64]:
    """Mean Euclidean distance of each unit to its 8 neighbours, (rows, columns) (Ultsch & Siemon 1990).

    >>> u_matrix(np.array([[0.0], [1.0], [5.0]]), (1, 3))
    array([[1. , 2.5, 4. ]])
    """
    rows, columns = grid_shape
    grid = np.asarray(prototypes, np.float64).reshape(rows, columns, -1)
    total, count = np.zeros(grid_shape), np.zeros(grid_shape)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        there = (slice(down, rows), slice(max(0, right), columns - max(0, -right)))
        distance = np.linalg.norm(grid[here] - grid[there], axis=-1)
        for side in (here, there):
            total[side] += distance
            count[side] += 1
    return total / np.maximum(count, 1)
