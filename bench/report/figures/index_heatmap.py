"""One internal index of every partition in every space, as a heat map."""

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bench.report.figures.canvas import contrasting, look, panels, plain, shortened, titled, wrapped
from bench.report.figures.limits import WIDEST
from bench.report.figures.views import IndexView
from bench.report.numbers import NOT_AVAILABLE, arrow, number

Matrix = NDArray[np.float64]
WRITTEN = 14
"""Largest number of spaces for which the values are written; more are only shown as colours."""


def index_heatmap(view: IndexView) -> Figure | None:
    """One row for each partition and one column for each space; None if nothing is defined.

    The colour is the rank within a column, because the values of two columns are not comparable. A frame marks the
    space in which the method of a row decides.
    """
    matrix = view.matrix.to_numpy(float)
    if not np.isfinite(matrix).any():
        return None
    ranks = view.matrix.rank(pct=True, ascending=view.higher_is_better).to_numpy(float)
    names = [wrapped(str(name), 30) for name in view.matrix.index]
    n_lines = len(names) * max(2, *(name.count("\n") + 1 for name in names))  # all rows have the same height
    annotated = len(view.matrix.columns) <= WRITTEN
    with look(0.8):
        height = 2.4 + 0.13 * n_lines
        figure, (ax,) = panels(1, 1, WIDEST, height)
        sns.heatmap(
            ranks, cmap="crest", vmin=0, vmax=1, ax=ax, yticklabels=names,
            xticklabels=[plain(shortened(str(name), 34)) for name in view.matrix.columns],
            cbar_kws={"label": "share of the column's values\nthat are not better (1: best)",
                      "shrink": min(0.6, 4 / height)},
        )  # fmt: skip
        if annotated:
            _write(ax, matrix, ranks, view.decimals)
        for row, own in enumerate(view.own):
            if own is not None:
                column = list(view.matrix.columns).index(own)
                place = (column + 0.04, row + 0.06)
                ax.add_patch(Rectangle(place, 0.92, 0.88, fill=False, edgecolor="crimson", linewidth=1.8))
        ax.tick_params(labelsize=6.5, rotation=0)
        ax.tick_params(axis="x", rotation=90)
        titled(
            figure,
            f"{view.label}{arrow(view.higher_is_better)} of every partition in every space: compare the values of one "
            "column; a frame marks the space in which the method decides"
            + ("" if annotated else "; the CSV file has the values"),
        )
    return figure


def _write(ax: Axes, values: Matrix, ranks: Matrix, decimals: int) -> None:
    """Write each value in black or white, whichever is easier to read on its colour; `n/a` where there is none."""
    (mesh,) = ax.collections
    size = 6 if values.shape[1] <= 8 else 5
    for row, column in np.ndindex(values.shape):
        is_defined = np.isfinite(values[row, column])
        text = number(float(values[row, column]), decimals) if is_defined else NOT_AVAILABLE
        ink = contrasting(tuple(mesh.to_rgba(ranks[row, column])[:3])) if is_defined else "0.4"
        ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=size, color=ink)
