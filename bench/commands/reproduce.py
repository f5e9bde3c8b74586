"""The command `reproduce`: a report's whole experiment, then its claims beside what came out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from rich.console import Console

from bench.analysis.facts import facts
from bench.analysis.space_search import FitsOfOneSeed, search_spaces
from bench.analysis.tsne import N_SAMPLES
from bench.commands.figures import draw
from bench.commands.run import Execution, Request, execute
from bench.console.progress import busy, share_bar
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.experiments.experiment import parse_experiment
from bench.experiments.schedule import check_schedule, epochs, folder, note
from bench.machine.code import space_search_version
from bench.machine.threads import choose_threads, limited_threads
from bench.report.claims.published import PublishedReport
from bench.report.claims.reports import REPORTS
from bench.report.claims.table import write_claims
from bench.report.csv_files import read_csv, write_csv
from bench.store.records import Cell, Record
from bench.store.store import Store


@dataclass(frozen=True)
class Reproduction:
    """What `reproduce` was asked for."""

    report: str
    dataset: str
    split: str
    seeds: str
    n_clusters: int | None
    epochs_scale: float
    name: str | None


def reproduce(asked: Reproduction, how: Execution, console: Console) -> int:
    """Run the cells that are not finished, write tables and claims, and return the exit code of the run."""
    report = REPORTS[asked.report]
    told = note(report.preset, asked.epochs_scale)
    experiment = parse_experiment(
        methods=",".join(report.methods),
        dataset=asked.dataset,
        split=asked.split,
        seeds=asked.seeds,
        presets=report.preset,
        latent_dims=None,
        n_clusters=asked.n_clusters,
        params=_params(report, asked.epochs_scale),
    )
    name = asked.name or folder("reproduce", asked.report, asked.epochs_scale, how.results_dir)
    request = Request(experiment, how, name, told)
    check_schedule(request.store, told)
    code = execute(request, console)
    store = request.store
    if how.dry_run:
        return code
    data = load(asked.dataset, asked.split)
    cells = experiment.cells(data.summary())
    records = _first_seed(store, cells)
    if not records:
        return code
    try:
        with busy(console, "looking at the data"):
            params = {name: values[0] for name, values in experiment.params["dec"].items()}
            known = facts(data, report.preset, params)
        claims = partial(write_claims, store, asked.report, cells, known, told)
        claims()  # before what else there is to do, which takes minutes
        _search_spaces(store, records, data, choose_threads(how.threads), console)
        paths = [*claims(), *draw(store, data, N_SAMPLES, how.threads, console)]
    except KeyboardInterrupt:
        raise KeyboardInterrupt("the fits are done and kept; the same command goes on from there.") from None
    for path in paths:
        _line(console, str(path))
    return code


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _params(report: PublishedReport, scale: float) -> list[str]:
    """Those of all methods, as `--param` takes them."""
    scaled = epochs(report.preset, scale)
    learning = [name for name in ("dec", "ae-kmeans") if name in report.methods]
    return [
        *report.params,
        *(f"{name}.pretrain_epochs={scaled['pretrain_epochs']}" for name in learning),
        f"dec.epochs={scaled['epochs']}",
    ]


def _search_spaces(
    store: Store, records: Mapping[str, Record], data: ImageData, threads: int, console: Console
) -> None:
    """Write spaces.csv, unless it is complete, made from the same fits and by the same code."""
    digests = "".join(sorted(record.arrays_digest for record in records.values()))
    made_from = hashlib.sha256((digests + space_search_version()).encode()).hexdigest()[:12]
    path = store.path("spaces.csv")
    known = read_csv(path, ["made_from"])
    if known is not None and set(known["made_from"]) == {_spaces_mark(made_from, len(known))}:
        return
    with share_bar(console, "spaces that a report may have measured in") as progress, limited_threads(threads):
        n_clusters = next(iter(records.values())).cell.n_clusters
        frame = search_spaces(_fits_of_one_seed(store, records, data), n_clusters, threads, progress)
    frame["made_from"] = _spaces_mark(made_from, len(frame))
    write_csv(path, frame)


def _spaces_mark(made_from: str, n_rows: int) -> str:
    """The value of `made_from` in every row; it has the number of rows, so that a shortened file is recognised."""
    return f"{made_from}-{n_rows}"


def _first_seed(store: Store, cells: Sequence[Cell]) -> dict[str, Record]:
    """By method, the finished fit of the lowest seed among those cells."""
    records: dict[str, Record] = {}
    for cell in sorted(cells, key=lambda cell: cell.seed):
        record = store.finished(cell)
        if record is not None:
            records.setdefault(cell.method, record)
    return records


def _fits_of_one_seed(store: Store, records: Mapping[str, Record], data: ImageData) -> FitsOfOneSeed:
    arrays = {method: store.arrays(record.key) for method, record in records.items()}
    on_pixels = {method: held for method, held in arrays.items() if "embedding" not in held}
    names = {"ae-kmeans": "codes of the autoencoder", "dec": "codes of DEC"}
    som = records.get("som")
    return FitsOfOneSeed(
        features=np.asarray(data.features),
        labels={method: held["labels"] for method, held in on_pixels.items()},
        spaces={names[method]: held["embedding"] for method, held in arrays.items() if "embedding" in held},
        prototypes={method: held["prototypes"] for method, held in on_pixels.items()},
        grid_shape=None if som is None else som.grid_shape,
    )
