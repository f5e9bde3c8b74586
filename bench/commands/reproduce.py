"""The command `reproduce`: runs the experiment of a published report and compares each published claim with ours."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from rich.console import Console

from bench.analysis.facts import facts
from bench.analysis.space_search import search_spaces
from bench.analysis.tsne import N_SAMPLES
from bench.commands.data import data_loader
from bench.commands.ending import print_ending
from bench.commands.figures import draw
from bench.commands.run import execute
from bench.console.progress import busy, printed_warnings, share_bar
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.experiments.request import Execution, RunRequest
from bench.experiments.schedule import check_schedule, default_folder, scaled_epochs, schedule_note
from bench.machine.code import space_search_version
from bench.machine.environment import describe_machine
from bench.machine.threads import choose_threads, limited_threads
from bench.metrics.engine import PROCESSOR, OutOfDeviceMemoryError
from bench.report.claims.reports import REPORTS
from bench.report.claims.table import read_spaces, verdict_counts, write_claims
from bench.report.digest_csv import write_digest_csv
from bench.running.scoring_device import LITTLE_MEMORY, scoring_device, scoring_engine
from bench.store.reading import Reading
from bench.store.records import Cell, Record
from bench.store.store import Store


@dataclass(frozen=True, kw_only=True)
class ReproduceRequest:
    """The options of `reproduce`."""

    report: str
    dataset: str
    split: str
    reading: Reading
    seeds: str
    n_clusters: int | None
    epochs_scale: float
    name: str | None
    """Name of the results folder; None: the default."""


def reproduce(request: ReproduceRequest, execution: Execution, console: Console) -> int:
    """Run the unfinished cells, write tables, published claims and figures, and return the exit code of the run."""
    run = _run_request(request, execution)
    with printed_warnings(run.store, console) as store:
        check_schedule(store, run.note)
        data = data_loader(request.dataset, request.split, request.reading, console)
        code = execute(run, lambda: _images(data()), console)
        if execution.dry_run:
            return code
        cells = run.experiment.cells(data().summary())
        records = _first_seed(store, cells)
        if not records:
            if store.path("table.md").exists():
                print_ending(store, console, "table.md")
            return code
        try:
            with busy(console, "computing facts of the data"):
                params = {name: values[0] for name, values in run.experiment.params["dec"].items()}
                n_clusters = cells[0].n_clusters  # every method of a report gets the same number
                known_facts = facts(data(), REPORTS[request.report].preset, params, n_clusters)
            claims = partial(write_claims, store, request.report, cells, known_facts, run.note)
            claims()  # a first version, because the search of spaces takes minutes
            _search_spaces(store, records, data(), execution, console)
            claims()
            draw(store, data(), N_SAMPLES, execution.threads, console)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("all fits are stored; the same command continues.") from None
        print_ending(store, console, "claims.md", verdict_counts(store))
    return code


def _images(data: ImageData) -> ImageData:
    """The data. Raises UsageError if they are not images."""
    if data.image_shape is None:
        raise UsageError(
            f"data set '{data.name}' has {data.feature_kind or 'no pixels'}; expected images, which the claims of a "
            "report are about; python -m bench run takes any data."
        )
    return data


def _run_request(request: ReproduceRequest, execution: Execution) -> RunRequest:
    """The run of all methods of the report. Raises UsageError if an option is not valid."""
    report = REPORTS[request.report]
    phases = scaled_epochs(report.methods, report.preset, request.epochs_scale)
    experiment = parse_experiment(
        methods=",".join(report.methods),
        dataset=request.dataset,
        split=request.split,
        reading=request.reading,
        seeds=request.seeds,
        presets=report.preset,
        n_clusters=None if request.n_clusters is None else str(request.n_clusters),
        params=[*report.params, *(f"{name}={count}" for name, count in phases.items())],
    )
    name = request.name or default_folder("reproduce", request.report, request.epochs_scale, execution.results_dir)
    return RunRequest(experiment, execution, name, schedule_note(report.preset, request.epochs_scale))


def _search_spaces(
    store: Store, records: Mapping[str, Record], data: ImageData, execution: Execution, console: Console
) -> None:
    """Write spaces.csv, unless a spaces.csv of these fits and the present code exists."""
    digests = "".join(sorted(record.arrays_digest for record in records.values()))
    origin = hashlib.sha256((digests + space_search_version()).encode()).hexdigest()[:12]
    stored = read_spaces(store)
    if stored is not None and set(stored["made_from"]) == {origin}:
        return
    threads = choose_threads(execution.threads)
    machine = None if execution.dask is not None else describe_machine(threads, execution.device)
    here, gpus = (None, ()) if machine is None else (machine.environment.device, machine.gpus)
    device = scoring_device(execution.device, here, list(records.values()))
    with share_bar(console, "searching the spaces of the published indices") as show_share, limited_threads(threads):
        n_clusters = next(iter(records.values())).cell.n_clusters or 0  # every method of a report gets one
        arrays = {method: store.arrays(record.key) for method, record in records.items()}
        grid_shape = records["som"].grid_shape if "som" in records else None
        features = np.asarray(data.features)
        search = partial(search_spaces, features, arrays, grid_shape, n_clusters, threads, show_share)
        try:
            with scoring_engine(device, gpus, store.warn) as engine:
                frame = search(engine)
        except OutOfDeviceMemoryError:
            store.warn(LITTLE_MEMORY)
            frame = search(PROCESSOR)
    write_digest_csv(store.path("spaces.csv"), frame.assign(made_from=origin))


def _first_seed(store: Store, cells: Sequence[Cell]) -> dict[str, Record]:
    """By method, the record of the finished cell with the lowest seed."""
    records: dict[str, Record] = {}
    for cell in sorted(cells, key=lambda cell: cell.seed):
        record = store.finished(cell)
        if record is not None:
            records.setdefault(cell.method, record)
    return records
