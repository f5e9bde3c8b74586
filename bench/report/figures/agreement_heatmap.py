"""How far the fits of an experiment agree with each other: a heat map, no true class involved."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import look, panels, titled


def agreement(ari: NDArray[np.float64], labels: Sequence[str]) -> Figure:
    """`ari`, (n_fits, n_fits), between each two fits; `labels` names them."""
    side = 2.4 + 0.42 * len(labels)
    with look():
        figure, (ax,) = panels(1, 1, side + 1.2, side)
        sns.heatmap(
            ari, annot=len(labels) <= 25, fmt=".2f", cmap="mako", vmin=0, vmax=1, ax=ax, square=True,
            annot_kws={"fontsize": "xx-small"}, xticklabels=list(labels), yticklabels=list(labels),
            cbar_kws={"label": "adjusted Rand index", "shrink": 0.6},
        )  # fmt: skip
        ax.tick_params(labelsize="x-small")
        titled(figure, "agreement of fits with each other; true classes play no part")
    return figure
