"""The figures of an experiment: every seed's scores, the two spaces side by side, the training curves."""

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.report.figures.curves import curves
from bench.report.figures.strips import label_strips, silhouette_strips
from bench.report.groups import group
from bench.report.results import Results, read
from bench.store.files import atomic_write
from bench.store.store import Store

FIGURES: dict[str, Callable[[Results], Figure | None]] = {
    "labels.png": lambda experiment: label_strips(group(experiment.outcomes)),
    "silhouettes.png": lambda experiment: silhouette_strips(group(experiment.outcomes)),
    "training.png": lambda experiment: curves(group(experiment.outcomes)),
}
"""File name and what draws it; None where the experiment has nothing to show there."""


def write_figures(store: Store) -> list[Path]:
    """Draw all figures from the records and return the paths of those that there is something to show in.

    A figure that an earlier run wrote and that now has nothing to show is removed.

    Raises UsageError if the experiment has no manifest.
    """
    experiment = read(store)
    written = []
    for name, draw in FIGURES.items():
        path = store.path("figures", name)
        figure = draw(experiment)
        if figure is None:
            path.unlink(missing_ok=True)
            path.with_suffix(".svg").unlink(missing_ok=True)
        else:
            written.append(save_figure(figure, path))
    return written


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a PNG of 200 dots an inch at `path`, an SVG beside it, and return `path`.

    Equal figures give equal bytes: the files hold no version, no date and no random name.
    """
    atomic_write(path, lambda file: figure.savefig(file, format="png", dpi=200, metadata={"Software": None}))
    with mpl.rc_context({"svg.hashsalt": "dec-bench"}):
        atomic_write(
            path.with_suffix(".svg"),
            lambda file: figure.savefig(file, format="svg", dpi=200, metadata={"Date": None, "Creator": None}),
        )
    return path
