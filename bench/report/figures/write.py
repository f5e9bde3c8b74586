"""Figures are drawn from a view and written as PNG and SVG."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report.figures.declarations import FIGURES, View
from bench.report.figures.views import FitView
from bench.report.results import read
from bench.store.files import atomic_write
from bench.store.store import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_figures(store: Store) -> list[Path]:
    """Draw the figures that need only the records. Returns the paths of the PNG files.

    Raises UsageError if the experiment has no manifest or no records.
    """
    return write_figures_of(read(store), store)


def write_figures_of(view: View, store: Store, label: str | None = None) -> list[Path]:
    """Draw every figure that is declared for this type of view, and return the paths of the PNG files.

    `label` is the label of the group, for a figure of one fit. If a figure has nothing to show, its files from an
    earlier call are removed.
    """
    ending = "" if label is None else "-" + re.sub(r"[^A-Za-z0-9._-]+", "_", label).strip("_")
    written = []
    for declared in FIGURES:
        if declared.view is not type(view):
            continue
        path = store.path("figures", f"{declared.name}{ending}.png")
        figure = declared.draw(view)
        if figure is None:
            path.unlink(missing_ok=True)
            path.with_suffix(".svg").unlink(missing_ok=True)
        else:
            written.append(save_figure(figure, path))
    return written


def remove_other_labels(store: Store, written: Collection[Path]) -> None:
    """Remove the figures of single fits that are not among `written`: the labels of their groups no longer exist."""
    stems = {path.stem for path in written}
    names = tuple(f"{declared.name}-" for declared in FIGURES if declared.view is FitView)
    for path in store.path("figures").glob("*-*.*g"):
        if path.name.startswith(names) and path.stem not in stems:
            path.unlink()


def save_figure(figure: "Figure", path: Path) -> Path:
    """Write a PNG with 200 dots per inch to `path` and an SVG beside it. Return `path`.

    Equal figures give equal bytes: the files hold no version, no date and no random name.
    """
    import matplotlib as mpl

    atomic_write(path, lambda file: figure.savefig(file, format="png", dpi=200, metadata={"Software": None}))
    with mpl.rc_context({"svg.hashsalt": "dec-bench"}):
        atomic_write(
            path.with_suffix(".svg"),
            lambda file: figure.savefig(file, format="svg", dpi=200, metadata={"Date": None, "Creator": None}),
        )
    return path
