"""Agreement of the rows of an experiment with each other, as a heat map over pairs of seeds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.report.figures.canvas import caption, look, panels, plain, titled
from bench.report.figures.short_names import short_names, spelt_out
from bench.report.figures.views import FitsView

MOST_SPREADS = 12
"""Most rows of a figure that also shows the lowest and the highest value of each field."""
_UPRIGHT = 10
"""Longest name, in characters, that fits below a field without a rotation."""


@dataclass(frozen=True)
class RowAgreement:
    """The agreement of each two rows over pairs of fits. The arrays are (n_rows, n_rows); NaN without a pair."""

    labels: list[str]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def agreement_heatmap(view: FitsView) -> Figure | None:
    """One row and one column for each row of the tables; None if no fits are compared.

    A field is the mean over pairs of seeds. On the diagonal the two seeds of a pair differ; a row with one seed has no
    value there.
    """
    if view.agreement.empty:
        return None
    found = agreement_of_rows(view.agreement)
    short = short_names([group.label for group in view.all_groups])
    names = [plain(short[label]) for label in found.labels]
    with_spread = len(names) <= MOST_SPREADS and bool(np.any(found.high > found.low))
    width, height = (0.86, 0.5) if with_spread else (0.52, 0.36)
    with look():
        # Names of rows need up to 26 letters beside the fields and, rotated, below them.
        figure, (ax,) = panels(1, 1, 3.4 + width * max(3, len(names)), 2.2 + height * max(3, len(names)))
        sns.heatmap(
            found.mean, cmap="mako", vmin=0, vmax=1, ax=ax, xticklabels=names, yticklabels=names,
            cbar_kws={"label": "adjusted Rand index", "shrink": 0.8},
        )  # fmt: skip
        ax.grid(visible=False)
        ax.set_facecolor("0.93")
        for row, column in np.ndindex(found.mean.shape):
            _text(ax, found, row, column, with_spread)
        ax.tick_params(labelsize="small", rotation=0)
        if max(map(len, names)) > _UPRIGHT:
            ax.tick_params(axis="x", rotation=40)
            for label in ax.get_xticklabels():
                label.set(horizontalalignment="right", rotation_mode="anchor")
        titled(figure, "Agreement of the clusterings of two fits, mean over pairs of seeds")
        caption(figure, [_note(with_spread, bool(np.isnan(found.mean).any())), *spelt_out(short, found.labels)])
    return figure


def agreement_of_rows(fits: pd.DataFrame) -> RowAgreement:
    """Mean, lowest and highest agreement of each two rows over pairs of fits.

    `fits` is a table of `bench.analysis.agreement`, whose names end in the seed. A fit is never compared with itself,
    so the diagonal of a row with one fit is not a number.

    >>> names = ["som, seed 0", "som, seed 1", "dec, seed 0"]
    >>> agreement_of_rows(pd.DataFrame([[1, 0.8, 0.2], [0.8, 1, 0.4], [0.2, 0.4, 1]], names, names)).mean.round(3)
    array([[0.8, 0.3],
           [0.3, nan]])
    """
    labels = np.array([str(name).rpartition(", seed ")[0] for name in fits.index])
    rows = list(dict.fromkeys(labels.tolist()))
    values = fits.to_numpy(float)
    pairs = ~np.eye(len(labels), dtype=bool)
    mean, low, high = (np.full((len(rows), len(rows)), np.nan) for _ in range(3))
    for place in np.ndindex(mean.shape):
        one, other = rows[place[0]], rows[place[1]]
        found = values[np.outer(labels == one, labels == other) & pairs]
        if len(found):
            mean[place], low[place], high[place] = found.mean(), found.min(), found.max()
    return RowAgreement(rows, mean, low, high)


def _text(ax: Axes, found: RowAgreement, row: int, column: int, with_spread: bool) -> None:
    """Write the mean into a field and, below it, the lowest and the highest value if they differ."""
    value, x, y = found.mean[row, column], column + 0.5, row + 0.5
    if np.isnan(value):
        ax.text(x, y, "1 seed", ha="center", va="center", fontsize="x-small", color="0.4")
        return
    least, most = f"{found.low[row, column]:.2f}", f"{found.high[row, column]:.2f}"
    colour = "white" if value < 0.7 else "black"
    has_spread = with_spread and least != most
    ax.text(x, y, f"{value:.2f}", ha="center", va="bottom" if has_spread else "center", color=colour, fontsize="small")
    if has_spread:
        ax.text(x, y, f"{least}–{most}", ha="center", va="top", color=colour, fontsize=6.5)


def _note(with_spread: bool, has_single: bool) -> str:
    """The first line of the caption."""
    spread = "Below a mean: the lowest and the highest value. " if with_spread else ""
    single = " It is empty for a row with one seed." if has_single else ""
    return (
        f"{spread}Diagonal: pairs of different seeds of one row, which is its stability.{single} True classes are not "
        "used. agreement.csv has every pair of fits."
    )
