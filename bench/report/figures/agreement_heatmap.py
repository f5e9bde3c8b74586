"""Agreement of the fits of an experiment with each other, as a heat map."""

import seaborn as sns
from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels, plain, titled
from bench.report.figures.views import FitsView


def agreement_heatmap(view: FitsView) -> Figure | None:
    """One row and one column for each fit; None if no fits are compared."""
    if view.agreement.empty:
        return None
    labels = [plain(label, 80) for label in view.agreement.index]
    side = 2.4 + 0.42 * len(labels)
    with look():
        figure, (ax,) = panels(1, 1, side + 1.2, side)
        sns.heatmap(
            view.agreement.to_numpy(), annot=len(labels) <= 25, fmt=".2f", cmap="mako", vmin=0, vmax=1, ax=ax,
            square=True, annot_kws={"fontsize": "xx-small"}, xticklabels=labels, yticklabels=labels,
            cbar_kws={"label": "adjusted Rand index", "shrink": 0.6},
        )  # fmt: skip
        ax.tick_params(labelsize="x-small")
        titled(figure, "agreement of fits with each other; true classes are not used")
    return figure
