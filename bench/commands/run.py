"""The command `run` from the request to the tables: load, run, score, report."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import sleep

from rich.console import Console

from bench.console.progress import RunProgress, busy, cell_title, decoding_bar
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.experiment import Experiment
from bench.machine.allocator import keep_freed_memory
from bench.machine.code import code_version
from bench.machine.environment import describe_environment, visible_gpus
from bench.machine.interrupt import interruptible
from bench.machine.threads import choose_threads
from bench.report.tables.write import write_tables
from bench.running.dask_cluster import ClusterLostError, DaskCluster, DaskConnection
from bench.running.executors import Here, Job, Processes
from bench.running.fitting import Settings
from bench.running.process import NO_LIMITS, Limits
from bench.running.runner import Run, join_manifest, score_cells
from bench.store.locks import Locks
from bench.store.records import Cell, Manifest
from bench.store.store import Store
from methods import registry


@dataclass(frozen=True)
class Execution:
    """Where and how cells are to run: what is no part of what is compared."""

    device: str
    threads: int | None
    jobs: int
    dask: str | None
    limits: Limits
    results_dir: Path
    dry_run: bool
    force: bool
    command: str
    """As the user typed it."""


@dataclass(frozen=True)
class Request:
    """What `run` was asked for."""

    experiment: Experiment
    execution: Execution
    name: str | None = None
    """None: that of the data set."""
    note: str = ""
    """What every table must say."""

    @property
    def store(self) -> Store:
        """The folder of the experiment. Raises UsageError if the name is none for a folder."""
        return Store(self.execution.results_dir, self.name or default_name(self.experiment.dataset))


def execute(request: Request, console: Console) -> int:
    """Do what was asked and return the exit code. Raises UsageError for wrong use."""
    experiment = request.experiment
    store = request.store
    if request.execution.jobs < 1:
        raise UsageError(f"--jobs {request.execution.jobs} is not valid; expected a number from 1 up.")
    if request.execution.dask is not None and request.execution.jobs > 1:
        raise UsageError("--jobs and --dask exclude each other; a Dask cluster says itself how many cells it runs.")
    _check_third_party(experiment)
    with ExitStack() as stack:
        connection = None
        if request.execution.dask is not None and not request.execution.dry_run:
            connection = stack.enter_context(DaskConnection(request.execution.dask))
        try:
            return _execute(request, store, connection, console)
        except ClusterLostError as error:
            _line(console, f"error: {error}.")
            return 1


def _execute(request: Request, store: Store, connection: DaskConnection | None, console: Console) -> int:
    experiment = request.experiment
    if connection is not None:
        with busy(console, "waiting for a worker"):
            how = request.execution
            environment = connection.environment(how.threads, how.device, partial(_line, console))
    else:
        environment = describe_environment(
            choose_threads(request.execution.threads, request.execution.jobs), request.execution.device
        )
    settings = Settings(environment=environment, code=code_version())
    with decoding_bar(console) as decoded:
        data = load(experiment.dataset, experiment.split, progress=decoded)
    cells = experiment.cells(data.summary())
    if store.is_published_copy() and not request.execution.dry_run:
        raise UsageError(
            f"results '{store.name}' are published: their tables are here and their records are not, and a run would "
            "overwrite them; choose another --name."
        )
    if request.execution.dry_run:
        join_manifest(store, cells, data, settings, request.execution.command, request.note)
        return _list(cells, store, console)

    with Locks() as locks, interruptible() as check:
        join = partial(join_manifest, store, cells, data, settings, request.execution.command, request.note)
        manifest, notes = _join(store, locks, check, join)
        todo = [cell for cell in cells if request.execution.force or store.finished(cell) is None]
        job = Job(data, store, settings, request.execution.limits)
        with RunProgress(console, todo, check) as progress:
            for note in notes:
                progress.warn(note)
            if len(todo) < len(cells):
                progress.line(f"{len(cells) - len(todo)} of {len(cells)} cells are finished already.")
            try:
                with _executor(request, job, connection) as executor:
                    Run(job, progress, locks, request.execution.force).cells(todo, executor)
                    threads = choose_threads(request.execution.threads)
                    damaged = score_cells(manifest.cells, data, store, threads, progress)
                    if again := [cell for cell in cells if cell.key in damaged]:
                        Run(job, progress, locks).cells(again, executor)
                        score_cells(manifest.cells, data, store, threads, progress)
            except KeyboardInterrupt:
                raise KeyboardInterrupt(_so_far(cells, store)) from None
            except (ClusterLostError, OSError) as error:
                progress.line(f"error: {error}; {_so_far(cells, store)}")
                return 1
    return _conclude(cells, store, progress.n_failed, console)


def _so_far(cells: list[Cell], store: Store) -> str:
    """How many cells are finished, for whoever sees a run end before its time."""
    done = sum(store.finished(cell) is not None for cell in cells)
    return f"{done} of {len(cells)} cells are finished; the same command goes on from there."


def _join(
    store: Store, locks: Locks, check: Callable[[], None], join: Callable[[], tuple[Manifest, list[str]]]
) -> tuple[Manifest, list[str]]:
    """Add to the manifest while no other driver does."""
    lock = store.lock_path("manifest")
    while not locks.take(lock):
        check()
        sleep(0.1)
    try:
        manifest, notes = join()
        store.write_manifest(manifest)
    finally:
        locks.release(lock)
    return manifest, notes


def _executor(request: Request, job: Job, connection: DaskConnection | None) -> Here | Processes | DaskCluster:
    if connection is not None:
        return DaskCluster(job, connection)
    if request.execution.jobs > 1 or request.execution.limits != NO_LIMITS:
        return Processes(job, request.execution.jobs, visible_gpus(job.settings.environment))
    keep_freed_memory()
    return Here(job)


def default_name(dataset: str) -> str:
    """A results folder for a data set: its name or that of its folder, without what a folder name cannot have.

    >>> default_name("ylecun/mnist@main")
    'ylecun_mnist_main'
    """
    if Path(dataset).expanduser().is_dir():
        dataset = Path(dataset).expanduser().resolve().name
    return re.sub(r"[^A-Za-z0-9._-]+", "_", dataset).lstrip("._-") or "results"


def _check_third_party(experiment: Experiment) -> None:
    """Make each third-party clusterer once with each of its parameters. Raises UsageError if that cannot be done."""
    for name in experiment.methods:
        if name not in registry.METHODS:
            params = {key: values[0] for key, values in experiment.params.get(name, {}).items()}
            try:
                registry.create(name, n_clusters=2, random_state=0, **params)
            except registry.MethodError as error:
                raise UsageError(str(error)) from None


def _list(cells: list[Cell], store: Store, console: Console) -> int:
    """Print each cell and what is known of it."""
    for cell in cells:
        if store.finished(cell) is not None:
            state = "done"
        else:
            failed = any(attempt.ending != "ok" for attempt in store.attempts(cell.key)[-1:])
            state = "failed, to run again" if failed else "to run"
        _line(console, f"{state:20} {cell_title(cell)}")
    _warn(store, console)
    return 0


def _warn(store: Store, console: Console) -> None:
    for warning in store.warnings:
        _line(console, f"warning: {warning}")


def _conclude(cells: list[Cell], store: Store, n_failed: int, console: Console) -> int:
    """Write tables and figures, say where, and return the exit code. `n_failed` cells failed just now."""
    if store.manifest() is None:
        _line(console, f"error: the results folder {store.path()} was removed while its cells ran.")
        return 1
    from bench.report.figures.write import write_figures  # seconds of importing, which a refusal need not wait for

    with busy(console, "writing tables and figures"):
        paths = [*write_tables(store), *write_figures(store)]
    _warn(store, console)
    failed = max(n_failed, sum(store.finished(cell) is None for cell in cells))
    if failed:
        _line(console, f"{failed} of {len(cells)} cells failed; the table names them.")
    for path in paths:
        _line(console, str(path))
    return 1 if failed else 0


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
