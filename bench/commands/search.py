"""The command `search`: cross-validates grids of parameters and chooses one point of each without labels."""

from collections.abc import Sequence

from rich.console import Console

from bench.analysis.map_silhouettes import SearchMap, map_silhouettes
from bench.commands.data import data_loader
from bench.commands.ending import print_ending
from bench.commands.pages import write_pages
from bench.commands.run import execute
from bench.console.progress import print_line, printed_warnings, share_bar
from bench.errors import UsageError
from bench.experiments.request import Execution, RunRequest
from bench.experiments.schedule import check_schedule, default_folder, schedule_note
from bench.experiments.search import SearchRequest, grid_experiment, grids_of
from bench.machine.threads import choose_threads, limited_threads
from bench.report.map_silhouettes import read_map_silhouettes, write_map_silhouettes
from bench.report.tables.chosen_points import chosen_points
from bench.report.tables.search import DOCUMENT, write_search
from bench.store.records import Cell
from bench.store.store import Store


def search(request: SearchRequest, execution: Execution, console: Console) -> int:
    """Run the unfinished cells and write the tables; return the highest exit code of all grids.

    Raises UsageError before any cell runs if a grid does not fit the data, or if the folder has another search.
    """
    grids = grids_of(request)
    name = request.name or default_folder("search", request.preset, request.epochs_scale, execution.results_dir)
    caveat = schedule_note(request.preset, request.epochs_scale)
    runs = [RunRequest(grid_experiment(request, grid), execution, name, caveat) for grid in grids]
    code = 0
    with printed_warnings(runs[0].store, console) as store:
        check_schedule(store, caveat)
        data = data_loader(request.dataset, request.split, request.reading, console)
        for run in runs:
            _check_same_grid(store, run.experiment.cells(data().summary()))
        the_map = SearchMap(data())
        if problem := the_map.problem():
            print_line(
                console, f"warning: no point will be chosen, because the map of the data cannot be made: {problem}."
            )
        for run in runs:
            code = max(code, execute(run, data, console, check_disk=run is runs[0]))
            if not execution.dry_run:
                _measure(store, the_map, execution.threads, console)
                write_search(store)
        if not execution.dry_run:
            write_pages(store)
            print_ending(store, console, DOCUMENT, chosen_points(store))
    return code


def _measure(store: Store, the_map: SearchMap, threads: int | None, console: Console) -> None:
    """Measure all fits of the search in one map, unless this has been done for these fits."""
    manifest = store.manifest()
    cells = [] if manifest is None else [cell for cell in manifest.cells if cell.folds is not None]
    records = [record for cell in cells if (record := store.finished(cell)) is not None]
    if not records or read_map_silhouettes(store).has_all(records, the_map.digest):
        return
    try:
        with share_bar(console, "silhouettes in one map") as progress, limited_threads(choose_threads(threads)):
            found, measured = map_silhouettes(store, records, the_map, progress)
            if measured:
                write_map_silhouettes(store, found, measured)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("the fits are stored; the same command continues.") from None
    if found.no_map and not the_map.problem():  # a problem was said before the fits
        store.warn(f"no point is chosen, because the map of the data cannot be made: {found.no_map}.")


def _check_same_grid(store: Store, cells: Sequence[Cell]) -> None:
    """Raise UsageError if the folder has a search of the same method over other options or with other folds.

    Grids over different options cannot be merged.
    """
    cell, manifest = cells[0], store.manifest()
    for old in manifest.cells if manifest else []:
        same = old.folds == cell.folds and set(old.params) == set(cell.params)
        if old.folds is not None and old.method == cell.method and not same:
            raise UsageError(
                f"results '{store.name}' contain another search of {cell.method}: over {', '.join(old.params)}, "
                f"{old.folds} folds; this search is over {', '.join(cell.params)}, {cell.folds} folds; choose "
                "another --name."
            )
