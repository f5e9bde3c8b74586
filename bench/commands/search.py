"""The command `search`: cross-validates grids of parameters and chooses one point of each without labels."""

from collections.abc import Sequence

from rich.console import Console

from bench.commands.data import data_loader
from bench.commands.ending import print_ending
from bench.commands.pages import write_pages
from bench.commands.run import execute
from bench.console.progress import printed_warnings
from bench.errors import UsageError
from bench.experiments.request import Execution, RunRequest
from bench.experiments.schedule import check_schedule, default_folder, schedule_note
from bench.experiments.search import SearchRequest, grid_experiment, grids_of, search_criteria
from bench.report.tables.chosen_points import chosen_points
from bench.report.tables.search import write_search
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
        for run in runs:
            code = max(code, execute(run, data, console, check_disk=run is runs[0]))
            if not execution.dry_run:
                write_search(store, request.folds, search_criteria())
        if not execution.dry_run:
            write_pages(store)
            print_ending(store, console, "search.md", chosen_points(store, search_criteria()))
    return code


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
