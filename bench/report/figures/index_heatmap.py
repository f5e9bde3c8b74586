"""One internal index of every partition in every space, as a heat map."""

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bench.report.figures.canvas import look, panels, plain, titled, wrapped
from bench.report.figures.views import IndexView
from bench.report.numbers import arrow, number


def index_heatmap(view: IndexView) -> Figure | None:
    """One row for each partition and one column for each space; None if nothing is defined.

    The colour is the rank within a column, because the values of two columns are not comparable. A frame marks the
    space in which the method of a row decides.
    """
    matrix = view.matrix.to_numpy(float)
    if not np.isfinite(matrix).any():
        return None
    ranks = view.matrix.rank(pct=True, ascending=view.higher_is_better).to_numpy(float)
    texts = [["n/a" if np.isnan(v) else number(v, view.decimals) for v in row] for row in matrix]
    n_rows, n_columns = matrix.shape
    with look():
        figure, (ax,) = panels(1, 1, 5.0 + 0.85 * n_columns, 2.6 + 0.3 * n_rows)
        sns.heatmap(
            ranks, annot=np.array(texts), fmt="", cmap="crest", vmin=0, vmax=1, ax=ax,
            annot_kws={"fontsize": "x-small"},
            xticklabels=[wrapped(str(name), 22) for name in view.matrix.columns],
            yticklabels=[plain(str(name), 60) for name in view.matrix.index],
            cbar_kws={"label": "share of the partitions that are not better", "shrink": 0.6},
        )  # fmt: skip
        for row, own in enumerate(view.own):
            if own is not None:
                column = list(view.matrix.columns).index(own)
                place = (column + 0.04, row + 0.06)
                ax.add_patch(Rectangle(place, 0.92, 0.88, fill=False, edgecolor="crimson", linewidth=1.8))
        ax.tick_params(labelsize="x-small", rotation=0)
        ax.tick_params(axis="x", rotation=30)
        for label in ax.get_xticklabels():
            label.set_horizontalalignment("right")
        titled(
            figure,
            f"{view.label}{arrow(view.higher_is_better)} of every partition in every space: compare the values of one "
            "column; a frame marks the method's own space",
        )
    return figure
