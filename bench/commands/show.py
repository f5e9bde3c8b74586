"""The command `show`: the answer of an experiment, the tracebacks of its failed cells, or the list of experiments."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.commands.describe import TextTable
from bench.commands.ending import notes_above, print_paths
from bench.console.answer import print_answer
from bench.console.progress import cell_title, print_line
from bench.errors import UsageError
from bench.metrics.declarations import all_metrics
from bench.report.answer import METHOD, SECONDS, Answer
from bench.report.claims.table import verdict_counts
from bench.report.stored_answer import stored_answer, title
from bench.report.tables.chosen_points import chosen_points
from bench.store.command import command
from bench.store.records import Attempt, Cell
from bench.store.sets import is_over_all, read_sets
from bench.store.store import Store, experiments, tables_over_all
from methods.registry import unknown_name

DOCUMENTS = ("claims.md", "search.md", "table.md")
"""The documents of `reproduce`, `search` and `run`; the first that an experiment has is shown."""


def show(store: Store, console: Console, *, metrics: Sequence[str], sort: str | None, wide: bool) -> None:
    """Print the answer of an experiment again, its verdicts or chosen points if it has them, and the paths.

    `metrics`, `sort` and `wide` as in `bench.report.answer.answer`. Raises UsageError if a name is unknown, or if the
    experiment has neither records nor published tables.
    """
    check_names(metrics, sort)
    lines = [*verdict_counts(store), *chosen_points(store)]
    # Of a search, only its own tables are published. Then its chosen points are the answer.
    has_options = bool(metrics) or sort is not None or wide
    if not lines or has_options or not store.is_published_copy() or store.path("table.csv").exists():
        above = notes_above(store)
        print_answer(console, stored_answer(store, above, metrics=metrics, sort=sort, wide=wide))
    elif manifest := store.manifest():
        print_answer(console, Answer(title(manifest), (), (), (), tuple(manifest.notes)))
    documents = [name for name in DOCUMENTS if store.path(name).exists()]
    if documents:
        print_paths(store, console, documents[0], lines)
    else:
        remedy = command("report", store.name, store.results_dir)
        print_line(console, f"no tables are written yet; {remedy} writes them.")


def check_names(metrics: Sequence[str], sort: str | None) -> None:
    """Raise UsageError, with the nearest known name, if a metric or the key of the order is unknown."""
    known = [declared.name for declared in all_metrics()]
    for name in metrics:
        if name not in known:
            raise UsageError(unknown_name("metric", name, known))
    if sort is not None and sort not in (METHOD, SECONDS, *known):
        raise UsageError(unknown_name("order", sort, [METHOD, SECONDS, *known]))


def show_errors(store: Store, console: Console) -> None:
    """Print the traceback of the last failed attempt at each cell whose last attempt failed, and of failed metrics.

    Raises UsageError if there is no such experiment, or if its attempts are not published.
    """
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(store.unknown())
    if store.is_published_copy():
        raise UsageError(f"results '{store.name}' are published tables; their attempts and tracebacks are not here.")
    attempts = [tried[-1] for cell in manifest.cells if (tried := store.attempts(cell.key)) and tried[-1].has_failed]
    lines = [line for attempt in attempts for line in _error_lines(attempt, manifest.cells)]
    lines += [line for cell in manifest.cells for line in _metric_error_lines(store, cell, manifest.cells)]
    for line in lines or [f"{store.name}: no cell has failed."]:
        print_line(console, line)


def _metric_error_lines(store: Store, cell: Cell, cells: Sequence[Cell]) -> list[str]:
    """The tracebacks of the metrics of plug-ins whose functions failed for a finished cell."""
    scores = store.scores(store.finished(cell))
    lines = []
    for name, scored in ({} if scores is None else scores.plugins).items():
        if scored.failure is not None:
            head = f"{cell_title(cell, cells)}: metric {name} of plug-in {scored.source} failed"
            lines += [head, *scored.failure.traceback.rstrip().split("\n"), ""]
    return lines


def _error_lines(attempt: Attempt, cells: Sequence[Cell]) -> list[str]:
    failure = attempt.failure
    title = cell_title(attempt.cell, cells)
    head = f"{title}: {attempt.ending} on {attempt.host}, {attempt.started_at}{_peaks(attempt)}"
    if failure is None:
        return [head, ""]
    if not failure.traceback:
        return [head, f"{failure.type}: {failure.message} (there is no traceback)", ""]
    return [head, *failure.traceback.rstrip().split("\n"), ""]


def _peaks(attempt: Attempt) -> str:
    """The end of a line about an attempt: its peak memory, where it is known."""
    peaks = {"": attempt.peak_bytes, " on the GPU": attempt.peak_gpu_bytes}
    known = [f"{n_bytes / 1e9:.2f} GB{place}" for place, n_bytes in peaks.items() if n_bytes is not None]
    return f", peak memory {' and '.join(known)}" if known else ""


def experiment_table(results_dir: Path, console: Console) -> TextTable:
    """All experiments of a results folder, with data set, methods and the number of finished cells.

    An experiment that cannot be read has a line with the reason instead.
    """
    rows = []
    for name in sorted([*experiments(results_dir), *tables_over_all(results_dir)]):
        store = Store(results_dir, name)
        try:
            rows.append(_sets_row(store) if is_over_all(store) else _row(store))
        except UsageError as error:
            print_line(console, f"warning: {name}: {error}")
        for warning in store.warnings:
            print_line(console, f"warning: {warning}")
    return "Experiments", ["name", "data set", "samples", "methods", "cells finished"], rows


def _sets_row(store: Store) -> list[str]:
    """The line of a table over several data sets."""
    manifest = read_sets(store)
    if manifest is None:  # it was damaged; the warnings of the store say so
        return [store.name, "", "", "", ""]
    methods = ", ".join(dict.fromkeys(row.asked.method for entry in manifest.sets for row in entry.rows))
    n_cells = n_finished = 0
    for entry in manifest.sets:
        each = Store(store.results_dir, entry.folder)
        cells = {cell.key: cell for row in entry.rows for cell in row.cells}
        n_cells += len(cells)
        n_finished += sum(each.finished(cell) is not None for cell in cells.values())
    titles = ", ".join(entry.title for entry in manifest.sets)
    return [store.name, f"over all: {titles}", "", methods, f"{n_finished} of {n_cells}"]


def _row(store: Store) -> list[str]:
    manifest = store.manifest()
    if manifest is None:  # it was damaged; the warnings of the store say so
        return [store.name, "", "", "", ""]
    methods = ", ".join(dict.fromkeys(cell.method for cell in manifest.cells))
    n_cells = len(manifest.cells)
    if store.is_published_copy():
        finished = f"{n_cells} published"
    else:
        finished = f"{sum(store.finished(cell) is not None for cell in manifest.cells)} of {n_cells}"
    return [store.name, manifest.data.title, f"{manifest.data.n_samples:,}", methods, finished]
