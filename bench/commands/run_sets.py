"""The command `run` on several data sets: a run on each of them, then the table over all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from time import sleep

from rich.console import Console

from bench.commands.data import DataLoader, data_loader
from bench.commands.ending import sets_notes_above
from bench.commands.pages import write_sets_pages
from bench.commands.run import check_execution, check_folder, execute
from bench.commands.sets import print_sets
from bench.console.progress import busy, print_line, printed_warnings
from bench.errors import UsageError
from bench.experiments.sets_request import SetPlan, SetsRequest
from bench.machine.interrupt import check, shielded
from bench.report.sets_view import read_view
from bench.report.tables.sets import write_sets_tables
from bench.running.manifest import check_same_data
from bench.store.locks import Locks
from bench.store.records import RecordError
from bench.store.sets import SetsManifest, merged_sets, read_sets, write_sets
from bench.store.store import Store
from methods import registry

_POLL_SECONDS = 0.1


def run_sets(request: SetsRequest, console: Console, loaders: Mapping[str, DataLoader] | None = None) -> int:
    """Run the unfinished cells on every data set, write the table over all, and return the exit code.

    All data sets are loaded, and all folders are checked, before the first cell. If a run on one data set then ends
    with an error, the others go on, and the code is 1. `loaders`: by name of the data set; None: data sets are loaded
    by their names. Raises UsageError or MethodError for wrong use. A KeyboardInterrupt has a message for the user.
    """
    store = Store(request.execution.results_dir, request.table)
    with printed_warnings(store, console):
        try:
            loaders = loaders or _loaders(request, console)
            plans = _plans(request, store, loaders, console)
        except KeyboardInterrupt as interrupt:
            message = interrupt.args or ("no cell was started yet; the same command continues the run.",)
            raise KeyboardInterrupt(*message) from None
        refused = [line for plan in plans for line in plan.refusals]
        for line in refused:
            print_line(console, f"warning: {line}")
        codes = [int(bool(refused))]
        for number, plan in enumerate(plans):
            codes.append(_run_one(number, plans, loaders[plan.dataset], store, console))
        if not request.execution.dry_run:
            _conclude(store, console)
    return max(codes)


def _loaders(request: SetsRequest, console: Console) -> dict[str, DataLoader]:
    experiments = {dataset: parts[0].experiment for dataset, parts in request.parts.items()}
    return {
        dataset: data_loader(dataset, experiment.split, experiment.reading, console)
        for dataset, experiment in experiments.items()
    }


def _plans(request: SetsRequest, store: Store, loaders: Mapping[str, DataLoader], console: Console) -> list[SetPlan]:
    """What is run on each data set. Data sets are loaded, and the list of data sets is written.

    Raises UsageError if a data set cannot be read, or if a results folder cannot take the cells.
    """
    execution = request.execution
    for note in request.notes:
        print_line(console, f"warning: {note}")
    parts = next(iter(request.parts.values()))
    check_execution(execution, [part.experiment for part in parts], console)
    if store.manifest() is not None:
        raise UsageError(
            f"results '{store.name}' are on one data set, and a table over several needs a folder of its own; choose "
            "another --name."
        )
    old = read_sets(store)  # a file of another version is refused before any wait
    data = {dataset: load().summary() for dataset, load in loaders.items()}
    plans = request.plans(data)
    for plan in plans:
        folder = Store(execution.results_dir, plan.entry.folder)
        if (manifest := check_folder(folder, execution)) is not None:
            check_same_data(folder, manifest, plan.entry.data)
    new = SetsManifest(
        name=store.name,
        commands=[execution.command],
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sets=[plan.entry for plan in plans],
    )
    if execution.dry_run:
        merged_sets(old, new)
    else:
        with _locked(store):
            write_sets(store, merged_sets(read_sets(store), new))
    return plans


@contextmanager
def _locked(store: Store) -> Iterator[None]:
    """Wait for the lock of the list of data sets, and hold it."""
    with shielded(), Locks(store.warn) as locks:
        lock = store.lock_path("sets")
        while not locks.take(lock):
            check()
            sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            locks.release(lock)


def _run_one(number: int, plans: Sequence[SetPlan], load: DataLoader, store: Store, console: Console) -> int:
    """Run the cells on one data set and write the table over all; return the exit code. An error ends only this run."""
    plan = plans[number]
    title = f"data set {number + 1} of {len(plans)}: {plan.entry.title}"
    print_line(console, title)
    try:
        code = execute(plan.request, load, console)
        if not plan.request.execution.dry_run:
            write_over_all(store)
    except KeyboardInterrupt as interrupt:
        state = " ".join(map(str, interrupt.args)) or "its cells are finished; the same command continues the run."
        raise KeyboardInterrupt(f"{title}: {state}") from None
    except (UsageError, RecordError, registry.MethodError, OSError) as error:
        rest = "; the other data sets go on" if number + 1 < len(plans) else ""
        print_line(console, f"warning: {plan.entry.title}: {' '.join(str(error).split()).rstrip('.')}{rest}.")
        return 1
    return code


def write_over_all(store: Store) -> None:
    """Write the tables over all data sets."""
    view = read_view(store)
    write_sets_tables(store, view, sets_notes_above(view.manifest))


def _conclude(store: Store, console: Console) -> None:
    """Write the tables and the figure over all data sets, and print the end of the command."""
    from bench.report.figures.write import write_view  # slow to import; a refused request does not need it

    try:
        view = read_view(store)
    except UsageError as error:  # every run has ended with an error
        print_line(console, f"warning: {error}")
        return
    with busy(console, "writing the tables over all data sets"):
        write_sets_tables(store, view, sets_notes_above(view.manifest))
        write_view(store, view)
        write_sets_pages(store, view)
    console.print()
    print_sets(store, view, console)
