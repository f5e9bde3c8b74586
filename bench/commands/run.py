"""The command `run`: runs the cells of an experiment, scores them, and writes tables and figures."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial

from msgspec.structs import replace
from rich.console import Console

from bench.commands.cluster_count import with_count
from bench.commands.data import DataLoader, data_loader
from bench.commands.ending import print_ending
from bench.commands.status import dry_run_lines
from bench.console.progress import RunDisplay, busy, print_line, printed_warnings
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.class_check import Check, check_classes
from bench.experiments.experiment import Experiment
from bench.experiments.request import Execution, Limits, RunRequest
from bench.machine.allocator import keep_freed_memory
from bench.machine.code import code_version
from bench.machine.environment import Machine, describe_machine
from bench.machine.gpus import check_gpu_memory
from bench.machine.interrupt import check, interruptible, shielded
from bench.machine.threads import choose_threads, limited_threads
from bench.report.groups import group
from bench.report.outcomes import read
from bench.running.assignments import write_assignments
from bench.running.dask_cluster import DaskCluster
from bench.running.dask_connection import ClusterLostError, DaskConnection
from bench.running.executors import InProcess, Processes
from bench.running.first_score import first_ari
from bench.running.job import Job
from bench.running.manifest import merged_manifest, write_merged_manifest
from bench.running.runner import Scheduler
from bench.running.score_finished import score_finished
from bench.running.scoring_device import scoring_device
from bench.running.side_by_side import cells_at_once, longest_first, threads_per_cell
from bench.store.command import errors_command
from bench.store.disk import weak_promises
from bench.store.files import atomic_write
from bench.store.locks import Locks
from bench.store.records import Cell, Manifest
from bench.store.sets import is_over_all
from bench.store.store import Store
from methods import registry


def run(request: RunRequest, console: Console) -> int:
    """Load the data of a request, execute it, print the answer, and return the exit code.

    Raises the errors of `execute`.
    """
    experiment = request.experiment
    return execute(
        request,
        data_loader(experiment.dataset, experiment.split, experiment.reading, console),
        console,
        with_answer=True,
    )


def execute(
    request: RunRequest, data: DataLoader, console: Console, *, with_answer: bool = False, check_disk: bool = True
) -> int:
    """Execute a request on its data; return 0, or 1 if a cell failed. With `with_answer`, print the answer at the end.

    With `check_disk`, one line says what the disk of the results folder lacks.

    Raises UsageError or MethodError for wrong use. The data are loaded after everything else has been checked. A
    KeyboardInterrupt has a message for the user.
    """
    try:
        return _execute(request, data, console, with_answer, check_disk)
    except KeyboardInterrupt as interrupt:
        message = interrupt.args or ("no cell was started yet; the same command continues the run.",)
        raise KeyboardInterrupt(*message) from None


def _execute(request: RunRequest, data: DataLoader, console: Console, with_answer: bool, check_disk: bool) -> int:
    store, execution = request.store, request.execution
    check_execution(execution, request.experiments, console)
    with ExitStack() as stack:
        stack.enter_context(printed_warnings(store, console))
        if not execution.dry_run:
            print_line(console, _title(request))
        connection = None
        if execution.dask is not None and not execution.dry_run:
            connection = stack.enter_context(DaskConnection(execution.dask))
        try:
            machine = _machine(execution, connection, console)
            environment = machine.environment
            check_folder(store, execution)  # a folder of another version is refused before any wait
            if connection is None:
                threads = threads_per_cell(execution, data(), environment.device)
                environment = replace(environment, threads=threads)
            job = Job(data(), store, environment, code_version(), execution.limits, execution.models, gpus=machine.gpus)
            request = with_count(request, store, job.data, choose_threads(execution.threads), console)
            cells = request.cells(job.data.summary())
            if execution.dry_run:
                merged_manifest(job, cells, execution.command, request.note)
                n_at_once = partial(_n_at_once, execution, job)
                for line in dry_run_lines(store, cells, job.data.summary(), execution.force, n_at_once):
                    print_line(console, line)
                return 0
            if check_disk and (line := weak_promises(store.path())):
                print_line(console, f"warning: {line}")
            return _run_cells(request, job, cells, connection, console, with_answer)
        except ClusterLostError as error:
            print_line(console, f"error: {error}.")
            return 1


def check_execution(execution: Execution, experiments: Iterable[Experiment], console: Console) -> None:
    """Raise UsageError if options exclude each other, or MethodError if a third-party class cannot be made."""
    if execution.dask is not None and execution.jobs is not None:
        raise UsageError("--jobs excludes --dask; the workers of a Dask cluster set the number of cells at once.")
    checks = [check for experiment in experiments for check in _third_party(experiment)]
    with busy(console, "checking classes"):
        check_classes(checks)


def check_folder(store: Store, execution: Execution) -> Manifest | None:
    """The manifest of a results folder. Raises UsageError if a run cannot add cells to the folder."""
    manifest = store.manifest()
    if is_over_all(store):
        raise UsageError(
            f"results '{store.name}' are a table over several data sets, and a run on one data set needs a folder of "
            "its own; choose another --name."
        )
    if store.is_published_copy() and not execution.dry_run:
        raise UsageError(
            f"results '{store.name}' are published tables without their records, and a run would overwrite them; "
            "choose another --name."
        )
    return manifest


def _title(request: RunRequest) -> str:
    """What was asked for, in one line."""
    experiment = request.experiment
    methods = dict.fromkeys(method for each in request.experiments for method in each.methods)
    n_seeds = len(experiment.seeds)
    seeds = f"{n_seeds} seeds" if n_seeds > 1 else f"seed {experiment.seeds[0]}"
    data = experiment.reading.titled(experiment.dataset)
    return f"{', '.join(methods)} on {data}, {seeds}; results in {request.store.path()}"


def _machine(execution: Execution, connection: DaskConnection | None, console: Console) -> Machine:
    """The machine on which cells run: that of a worker of the cluster, or this one.

    Raises UsageError if it does not have the device, or not the memory of --gpu-memory.
    """
    if connection is None:
        with busy(console, "loading PyTorch"):
            machine = describe_machine(choose_threads(execution.threads, execution.jobs or 1), execution.device)
    else:
        with busy(console, "waiting for a worker"):
            machine = connection.machine(execution.threads, execution.device, partial(print_line, console))
    if connection is not None or execution.dask is None:  # a dry run does not ask a cluster for its workers
        check_gpu_memory(execution.limits.gpu_bytes, machine.environment.device, machine.gpus)
    return machine


def _run_cells(
    request: RunRequest,
    job: Job,
    cells: list[Cell],
    connection: DaskConnection | None,
    console: Console,
    with_answer: bool,
) -> int:
    """Run the unfinished cells, score all cells of the folder, and return the exit code.

    A cell runs again if the scoring finds that its arrays are damaged.
    """
    store, execution = job.store, request.execution
    threads = choose_threads(execution.threads)
    try:
        with shielded(), Locks(store.warn) as locks:
            manifest, caveats = write_merged_manifest(job, cells, execution.command, request.note, locks, check)
            unfinished = [cell for cell in cells if execution.force or store.finished(cell) is None]
            ari = partial(first_ari, data=job.data)
            with RunDisplay(console, unfinished, check, ari, errors_command(store)) as display:
                for caveat in caveats:
                    display.warn(caveat)
                if execution.models and job.data.preparation is not None:
                    atomic_write(store.preparation_path(), job.data.preparation.read_bytes(), sync="content")
                remarks = [line for each in request.experiments for line in each.remarks(job.data.summary())]
                for line in [*dict.fromkeys(remarks), *_long_fits(unfinished, job.data)]:
                    display.warn(line)
                if len(unfinished) < len(cells):
                    print_line(console, f"{len(cells) - len(unfinished)} of {len(cells)} cells are finished already.")
                here = job.environment.device if connection is None else None
                device_for = partial(scoring_device, execution.device, here)
                on_device = display.scoring, device_for, job.gpus, display.warn
                score = partial(score_finished, manifest.cells, job.data, store, threads, *on_device)
                try:
                    with _executor(execution, job, cells, unfinished, connection, display.warn) as executor:
                        in_order = longest_first(unfinished) if executor.slots > 1 else unfinished
                        Scheduler(job, display, locks, execution.force).run(in_order, executor)
                        with interruptible():
                            damaged = score()
                        if again := [cell for cell in cells if cell.key in damaged]:
                            Scheduler(job, display, locks).run(again, executor)
                            with interruptible():
                                score()
                        write_assignments(manifest.cells, job.data, store)  # of drivers that ended early
                except (ClusterLostError, OSError) as error:
                    check()  # a library may have changed the error
                    print_line(console, f"error: {_reason(error)}; {_finished_so_far(cells, store)}")
                    return 1
        return _conclude(cells, job, threads, display.n_failed, console, with_answer)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_finished_so_far(cells, store)) from None


def _long_fits(cells: Sequence[Cell], data: ImageData) -> list[str]:
    """One line for each configuration whose fits take long although an option would make them fast."""
    return [
        f"{name}: {sentence}"
        for name, params in dict.fromkeys(
            (cell.method, tuple(sorted(cell.params.items()))) for cell in cells if not cell.is_third_party
        )
        if (sentence := registry.long_fit(name, data.features.shape[0], data.features.shape[1], dict(params)))
    ]


def _executor(
    execution: Execution,
    job: Job,
    cells: Sequence[Cell],
    unfinished: Sequence[Cell],
    connection: DaskConnection | None,
    warn: Callable[[str], None],
) -> InProcess | Processes | DaskCluster:
    """The executor of all cells, of which the unfinished ones run first.

    A third-party class may end its process, and an error of CUDA stays in it, so neither runs in this process.
    """
    if connection is not None:
        return DaskCluster(job, connection)
    n_at_once = cells_at_once(execution, job.data, job.environment.device, unfinished)
    may_harm = bool(job.gpus) or any(cell.is_third_party for cell in cells)
    if n_at_once > 1 or execution.limits != Limits() or may_harm:
        return Processes(job, n_at_once, warn)
    keep_freed_memory()
    return InProcess(job)


def _n_at_once(execution: Execution, job: Job, cells: Sequence[Cell]) -> int:
    """The number of cells that would run at once; 1 for a cluster that only a run asks for its workers."""
    if execution.dask is not None:
        n_workers = execution.dask.removeprefix("local:")
        return int(n_workers) if n_workers.isdecimal() else 1
    return cells_at_once(execution, job.data, job.environment.device, cells)


def _third_party(experiment: Experiment) -> list[Check]:
    """The checks of the third-party classes: each is made with the first value of each option."""
    return [
        Check(implementation, name, {key: values[0] for key, values in experiment.params.get(name, {}).items()})
        for name in experiment.methods
        if (implementation := experiment.implementation(name)) not in registry.METHODS
    ]


def _reason(error: Exception) -> str:
    """Why a run ended early; for a file that cannot be written, with the remedy."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"cannot read or write {error.filename} ({error.strerror}): make space on this disk, or mend it"
    return str(error)


def _finished_so_far(cells: Sequence[Cell], store: Store) -> str:
    """A message for a run that ends early."""
    n_finished = sum(store.finished(cell) is not None for cell in cells)
    return f"{n_finished} of {len(cells)} cells are finished; the same command continues the run."


def _conclude(cells: Sequence[Cell], job: Job, threads: int, n_failed: int, console: Console, with_answer: bool) -> int:
    """Write tables and figures, and return the exit code. `n_failed` cells failed in this run."""
    store = job.store
    if store.manifest() is None:
        print_line(console, f"error: the results folder {store.path()} was removed during the run.")
        return 1
    # Slow to import; a refused request does not need them.
    from bench.analysis.page_material import write_material
    from bench.commands.report_files import write_report

    with busy(console, "writing tables and figures"):
        with limited_threads(threads):
            write_material(store, group(read(store).all), job.data)
        write_report(store)
    failed = max(n_failed, sum(store.finished(cell) is None for cell in cells))
    if failed:
        print_line(console, f"{failed} of {len(cells)} cells failed; {errors_command(store)} shows the reasons.")
    if with_answer:
        console.print()
        print_ending(store, console, "table.md")
    return 1 if failed else 0
