"""The scatter plots of the page as one picture, for readers without JavaScript."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.analysis.page_sheets import MadeSheet

MOST_PANELS = 6


@dataclass(frozen=True)
class Panel:
    """One scatter plot."""

    title: str
    points: NDArray[np.uint16]
    """(n, 2), as in a space of the page."""
    colours: NDArray[np.int64]
    """(n,): number of the class or cluster of each point; −1 is none."""


def picture(panels_shown: Sequence[Panel]) -> MadeSheet | None:
    """The first six scatter plots in rows of three; None without any."""
    from bench.report.figures.canvas import look, panels, plain  # loads matplotlib, which takes a second

    shown = panels_shown[:MOST_PANELS]
    if not shown:
        return None
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    with look():
        figure, axes = panels(rows, columns, 4.2 * columns, 4.4 * rows)
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
        for panel, ax in zip(shown, axes, strict=False):
            x, y = panel.points.T.astype(np.float64)
            ax.scatter(x, y, s=3, c=panel.colours % 20, cmap="tab20", vmin=0, vmax=19, linewidth=0)
            ax.set_title(plain(panel.title, 50), fontsize="medium")
            ax.set(xticks=[], yticks=[], aspect="equal")
            ax.grid(False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=100)
    with Image.open(buffer) as opened:
        image = opened.convert("RGB")
    content = io.BytesIO()
    image.save(content, "WEBP", quality=45, method=3)
    return MadeSheet(content.getvalue(), 1, 1, image.width, image.height)
