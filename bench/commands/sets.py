"""The commands `show`, `report` and `status` on a table over several data sets, and the end of a run that makes one."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.commands.ending import sets_notes_above
from bench.commands.pages import write_sets_pages
from bench.commands.show import check_names, show_errors
from bench.commands.status import status_lines
from bench.console.answer import print_answer
from bench.console.progress import busy, print_line
from bench.errors import UsageError
from bench.report.markdown import lowered
from bench.report.page import PAGE
from bench.report.sets_answer import sets_answers
from bench.report.sets_view import SetsView, read_view
from bench.report.tables.embed import embed_text
from bench.report.tables.sets import render_sets, write_sets_tables
from bench.store.sets import SetsManifest, read_sets
from bench.store.store import Store

DOCUMENT = "sets.md"


def show_sets(store: Store, console: Console, *, metrics: Sequence[str], sort: str | None, wide: bool) -> None:
    """Print the ranks and the metrics over all data sets again; options as in `bench.report.sets_answer`.

    Raises UsageError if a name is unknown or if there are no records.
    """
    check_names(metrics, sort)
    print_sets(store, read_view(store), console, metrics=metrics, sort=sort, wide=wide)


def print_sets(
    store: Store,
    view: SetsView,
    console: Console,
    *,
    metrics: Sequence[str] = (),
    sort: str | None = None,
    wide: bool = False,
) -> None:
    """Print the tables over all data sets, then the path of the document, then one line for each data set."""
    for number, answer in enumerate(
        sets_answers(view, sets_notes_above(view.manifest), metrics=metrics, sort=sort, wide=wide)
    ):
        if number:
            console.print()
        print_answer(console, answer)
    console.print()
    print_line(console, f"{store.path(DOCUMENT)}, and beside it sets.csv and ranks.csv")
    if store.path(PAGE).exists():
        print_line(console, str(store.path(PAGE)))
    for results in view.sets:
        path = store.results_dir / results.entry.folder / "table.md"
        print_line(
            console, f"{results.title}: {path}" if path.exists() else f"{results.title}: no table is written yet"
        )


def report_sets(store: Store, into: Path | None, console: Console, *, latex: bool = False, pdf: bool = False) -> None:
    """Write the tables and the figure over all data sets again; with `into`, the tables into that document, too.

    With `latex`, the tables are also written as LaTeX, and with `pdf` the figure as PDF.

    The tables of each data set are not written again. Raises UsageError if the document or the records are missing.
    """
    from bench.report.figures.write import write_view  # slow to import

    if into is not None and not into.is_file():
        raise UsageError(f"--into {into}: there is no such file.")
    view = read_view(store)
    above = sets_notes_above(view.manifest)
    with busy(console, "writing tables and figures"):
        write_sets_tables(store, view, above, latex=latex)
        write_view(store, view, pdf=pdf)
        write_sets_pages(store, view)
        if into is not None:
            embed_text(store.name, lowered(render_sets(view, above)), into)
    print_sets(store, view, console)
    if into is not None:
        print_line(console, f"{into}: the main tables are written anew.")


def show_sets_errors(store: Store, console: Console) -> None:
    """Print the tracebacks of the failed cells of each data set."""
    for each in stores_of(store):
        if each.manifest() is None:
            print_line(console, f"{each.name}: no cell was started.")
        else:
            show_errors(each, console)


def sets_status(store: Store) -> list[str]:
    """One line for all data sets, then the lines of each data set. Raises UsageError if there is no such table."""
    manifest = _manifest(store)
    lines: list[str] = []
    n_cells = n_finished = 0
    for entry in manifest.sets:
        each = Store(store.results_dir, entry.folder)
        cells = {cell.key: cell for row in entry.rows for cell in row.cells}
        n_cells += len(cells)
        if each.manifest() is None:
            lines.append(f"{entry.folder}: not started; {len(cells)} to run")
        else:
            n_finished += sum(each.finished(cell) is not None for cell in cells.values())
            lines += status_lines(each)
        for warning in each.warnings:
            store.warn(warning)
    return [f"{store.name}: {len(manifest.sets)} data sets, {n_finished} of {n_cells} cells finished", *lines]


def stores_of(store: Store) -> list[Store]:
    """The results folder of each data set."""
    return [Store(store.results_dir, entry.folder) for entry in _manifest(store).sets]


def refuse_over_all(store: Store, command: str) -> None:
    """Raise UsageError if the folder has a table over several data sets: `command` is for one of them."""
    manifest = read_sets(store)
    if manifest is not None:
        names = ", ".join(entry.folder for entry in manifest.sets)
        raise UsageError(
            f"'{store.name}' is a table over several data sets, and `{command}` is for the results on one of them: "
            f"{names}."
        )


def _manifest(store: Store) -> SetsManifest:
    manifest = read_sets(store)
    if manifest is None:
        raise UsageError(store.unknown())
    return manifest
