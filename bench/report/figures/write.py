"""The figures of an experiment are drawn from views and written as PNG and SVG files, and as PDF if asked for."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bench.report.csv_files import csv_text
from bench.report.figures.declarations import FIGURES, FigureDeclaration, View
from bench.report.figures.own_files import OwnFiles, few
from bench.report.figures.rendering import NO_GLYPHS, Kind, render, rendered
from bench.report.figures.views import FitView
from bench.report.published_outcomes import read_for_tables
from bench.store.files import atomic_write
from bench.store.store import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_figures(store: Store, *, pdf: bool = False) -> list[Path]:
    """Draw the figures that need only the records, with `pdf` also as PDF. Returns the paths of the PNG files.

    Without records, the figures that cells.csv has numbers for are drawn again; the others stay as they are.
    Everything that is left out is one line in the warnings of the store.
    Raises UsageError if the experiment has no manifest, or neither records nor a cells.csv that is whole.
    """
    return write_view(store, read_for_tables(store), pdf=pdf)


def write_view(store: Store, view: View, *, pdf: bool = False) -> list[Path]:
    """Draw all figures of one view that is not of a single fit, as `write_figures`."""
    with figure_folder(store, pdf=pdf) as folder:
        return folder.draw(view)


@contextmanager
def figure_folder(store: Store, *, pdf: bool = False) -> "Iterator[FigureFolder]":
    """The folder of the figures, with `pdf` also as PDF.

    At the end, the warnings of the store get one line for each thing left out.
    """
    folder = FigureFolder(OwnFiles(store), pdf)
    try:
        yield folder
    finally:
        for note in folder.notes():
            store.warn(note)


class FigureFolder:
    """Writes figures, and remembers what they do not show."""

    def __init__(self, files: OwnFiles, pdf: bool = False) -> None:
        """`pdf`: every figure is written as PDF, too. Otherwise only a figure that has a PDF already is."""
        self.files, self.pdf = files, pdf
        self._labels: dict[tuple[str, str], list[str]] = {}
        """By name of the figure and by note: the labels of the groups; empty for a figure without a group."""

    def draw(self, view: View, label: str | None = None, file_name: str = "") -> list[Path]:
        """Draw every figure that is declared for this type of view, and return the paths of the PNG files.

        A figure of one fit needs the label of its group and the part of the file name that is made from it. If a figure
        has nothing to show or more than it can show, its files from an earlier call are removed.
        """
        ending = "" if label is None else f"-{file_name}"
        written = []
        for declared in (each for each in FIGURES if each.can_draw(view)):
            stem = f"{declared.name}{ending}"
            with_pdf = self.pdf or f"{stem}.pdf" in self.files.names
            kinds: tuple[Kind, ...] = ("png", "svg", "pdf") if with_pdf else ("png", "svg")
            try:  # an error in one figure, such as one that a strange name causes, must not lose the others
                figure = self._drawn(declared, view, label)
                drawn = None if figure is None else rendered(figure, kinds)
            except Exception as error:
                reason = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")
                self._note(declared.name, f"cannot be drawn ({reason})", label)
                drawn = None
            if drawn is None:
                self.files.remove(*(f"{stem}.{kind}" for kind in kinds))
                continue
            contents, notes = drawn
            self.files.remove(*(f"{stem}.{kind}" for kind in kinds if kind not in contents))
            for note in notes:
                self._note(declared.name, note, label)
            written.append(self.files.write({f"{stem}.{kind}": file for kind, file in contents.items()})[0])
        return written

    def write_table(self, name: str, frame: pd.DataFrame, index: bool = False) -> list[Path]:
        """Write the numbers of a figure as a CSV file, with the index of `frame` if `index`; return its path.

        An empty table is not written: the file of an earlier call is removed.
        """
        if frame.empty:
            self.files.remove(name)
            return []
        return self.files.write({name: csv_text(frame, index).encode()})

    def remove_other_labels(self, written: Collection[Path]) -> None:
        """Remove own figures of single fits that are not among `written`: their groups no longer exist."""
        stems = {path.stem for path in written}
        of_fits = tuple(f"{declared.name}-" for declared in FIGURES if declared.view is FitView)
        old = [
            name for name in self.files.names if name.startswith(of_fits) and name.endswith((".png", ".svg", ".pdf"))
        ]
        self.files.remove(*(name for name in old if name[:-4] not in stems))

    def notes(self) -> list[str]:
        """One line for each note on a figure, with the labels that it is about, and the notes on files."""
        lines = []
        boxes = list(dict.fromkeys(name for name, note in self._labels if note == NO_GLYPHS))
        if boxes:
            lines.append(f"figure{'s' * (len(boxes) > 1)} {few(boxes)}: {NO_GLYPHS}.")
        for (name, note), labels in self._labels.items():
            if note == NO_GLYPHS:
                continue
            of = f" of {few(labels)}" if labels else ""
            lines.append(f"figure {name}{of} {note}.")
        return [*lines, *self.files.notes()]

    def _drawn(self, declared: FigureDeclaration, view: View, label: str | None) -> "Figure | None":
        """The figure; None if it has nothing to show or more than it can show."""
        notes = [(limit.shows_first, note) for limit in declared.limits if (note := limit.note(view))]
        is_left_out = any(not shows_first for shows_first, _ in notes)
        if notes:
            what = "is left out" if is_left_out else "shows the first ones only"
            self._note(declared.name, f"{what}: {', and '.join(note for _, note in notes)}", label)
        return None if is_left_out else declared.draw(view)

    def _note(self, name: str, note: str, label: str | None) -> None:
        self._labels.setdefault((name, note), []).extend([] if label is None else [label])


def save_figure(figure: "Figure", path: Path) -> Path:
    """Write a PNG to `path` and an SVG beside it, over existing files. Return `path`."""
    png, svg, _ = render(figure)
    for target, content in ((path, png), (path.with_suffix(".svg"), svg)):
        atomic_write(target, content)
    return path
