"""Runs the cells of an experiment that have no record yet, one after the other, then scores what is not scored."""

import hashlib
import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.metrics.declarations import METRICS
from bench.metrics.fit import Fit
from bench.metrics.scoring import score
from bench.records import Cell, Environment, Failure, Manifest, Record, RecordError, Scores
from bench.store import Store
from bench.threads import limited_threads
from methods import registry

Arrays = Mapping[str, NDArray[Any]]


class Reporter(Protocol):
    """Who is told how a run goes on."""

    def cell_started(self, cell: Cell) -> None: ...

    def cell_progress(self, phase: str, done: float, total: float, loss: float | None) -> None: ...

    def cell_ended(self, record: Record) -> None: ...

    def scoring(self, share: float) -> None: ...

    def warn(self, line: str) -> None: ...


@dataclass(frozen=True)
class Settings:
    """How cells run: what is no part of their identity."""

    environment: Environment
    code: str


def run_cells(cells: Sequence[Cell], data: ImageData, store: Store, settings: Settings, reporter: Reporter) -> None:
    """Run each cell; its record is on disk, in the place of an older one, before the next cell starts."""
    with limited_threads(settings.environment.threads):
        for cell in cells:
            reporter.cell_started(cell)
            record, arrays = run_cell(cell, data, store, settings, reporter.cell_progress)
            store.discard(cell)
            store.write(record, arrays)
            reporter.cell_ended(record)


def run_cell(
    cell: Cell, data: ImageData, store: Store, settings: Settings, progress: Callable[..., None]
) -> tuple[Record, Arrays]:
    """Fit one cell. Whatever it raises becomes a failed record."""
    known: dict[str, Any] = {
        "key": cell.key,
        "cell": cell,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": settings.environment,
        "code_version": settings.code,
        "data_digest": data.digest,
    }
    try:
        return _fit(cell, data, store, settings, progress, known)
    except Exception as error:
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        failure = Failure(type=type(error).__name__, message=message, traceback=traceback.format_exc())
        return Record(**known, status="failed", failure=failure), {}


def _fit(
    cell: Cell, data: ImageData, store: Store, settings: Settings, progress: Callable[..., None], known: dict[str, Any]
) -> tuple[Record, Arrays]:
    method = registry.method(cell.method)
    arguments: dict[str, Any] = {**cell.params, "n_clusters": cell.n_clusters, "random_state": cell.seed}
    if method.learns_representation:
        arguments |= {
            "preset": cell.preset,
            "latent_dim": cell.latent_dim,
            "image_shape": data.image_shape,
        }
    if method.takes_device:
        arguments["device"] = settings.environment.device
    clusterer = registry.create(cell.method, **arguments)
    X = np.asarray(data.features)
    if method.learns_representation:
        path = store.pretrained_path(pretraining_key(cell, data, settings))
        if not path.exists():
            clusterer.pretrain(X, path, progress=progress)
        clusterer.set_params(pretrained=str(path))
    start = perf_counter()
    clusterer.fit(X, progress=progress)
    seconds = perf_counter() - start + clusterer.reused_seconds_

    arrays: dict[str, NDArray[Any]] = {"labels": clusterer.labels_, "cluster_centers": clusterer.cluster_centers_}
    if clusterer.learns_space:
        arrays["embedding"] = clusterer.transform(X)
    if clusterer.prototypes_ is not None:
        arrays["prototypes"] = clusterer.prototypes_
    if clusterer.soft_assignments_ is not None:
        arrays["soft_assignments"] = clusterer.soft_assignments_
    record = Record(
        **known,
        status="ok",
        fit_seconds=seconds,
        phase_seconds=dict(clusterer.phase_seconds_),
        device=clusterer.device_,
        precision=clusterer.precision_,
        n_iter=clusterer.n_iter_,
        n_parameters=clusterer.n_parameters_,
        n_prototypes=None if clusterer.prototypes_ is None else len(clusterer.prototypes_),
        grid_shape=clusterer.grid_shape_,
        history={name: list(values) for name, values in clusterer.history_.items()},
    )
    return record, arrays


def pretraining_key(cell: Cell, data: ImageData, settings: Settings) -> str:
    """Digest of all that determines a pretrained autoencoder: equal keys, equal weights to the bit."""
    method = registry.method(cell.method)
    defaults = {parameter.name: parameter.default for parameter in method.parameters}
    content = {
        "data": data.digest,
        "code": settings.code,
        "seed": cell.seed,
        "preset": cell.preset,
        "latent_dim": cell.latent_dim,
        "parameters": {name: cell.params.get(name, defaults[name]) for name in method.pretraining},
        "target": [settings.environment.device, settings.environment.precision],
        "threads": settings.environment.threads,
        "processor": settings.environment.processor,
        "torch": settings.environment.versions["torch"],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def score_cells(cells: Sequence[Cell], data: ImageData, store: Store, threads: int, reporter: Reporter) -> None:
    """Score each finished cell that lacks a metric; all in one pass over the input space."""
    names = {metric.name for metric in METRICS}
    features = np.asarray(data.features)
    keys, fits = [], []
    for cell in cells:
        record, scores = store.finished(cell), store.scores(cell.key)
        if record is None or (scores is not None and names <= set(scores.values)):
            continue
        try:
            arrays = store.arrays(cell.key)
        except RecordError as error:
            reporter.warn(str(error))
            continue
        keys.append(cell.key)
        fits.append(
            Fit(
                labels=arrays["labels"],
                features=features,
                true_labels=data.labels,
                embedding=arrays.get("embedding"),
                prototypes=arrays.get("prototypes"),
                soft_assignments=arrays.get("soft_assignments"),
                grid_shape=record.grid_shape,
            )
        )
    if fits:
        with limited_threads(threads):
            values = score(fits, reporter.scoring)
        for key, scored in zip(keys, values, strict=True):
            store.write_scores(Scores(key=key, values=scored))


def join_manifest(
    store: Store, cells: Sequence[Cell], data: ImageData, settings: Settings, command: str
) -> tuple[Manifest, list[str]]:
    """The manifest of the folder with these cells added, and what a reader of its tables must know.

    Raises UsageError if the folder holds results on other data.
    """
    old = store.manifest()
    if old is None:
        manifest = Manifest(
            name=store.name,
            commands=[command],
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            data=data.summary(),
            environment=settings.environment,
            code_versions=[settings.code],
            cells=list(cells),
        )
        return manifest, []
    if old.data.digest != data.digest:
        raise UsageError(
            f"results '{store.name}' are on data set '{old.data.name}' ({old.data.split}, {old.data.digest[:12]}), but "
            f"this is '{data.name}' ({data.split}, {data.digest[:12]}); choose another --name."
        )
    known = {cell.key for cell in old.cells}
    notes = []
    code = settings.code
    if code not in old.code_versions:
        notes.append(
            f"the methods have changed (code {code}, results '{store.name}' have {', '.join(old.code_versions)}): "
            "old and new cells stand in one table, which says so; --force runs all again, another --name keeps apart."
        )
    manifest = Manifest(
        name=old.name,
        commands=old.commands + [command] * (command not in old.commands),
        created_at=old.created_at,
        data=old.data,
        environment=settings.environment,
        code_versions=old.code_versions + [code] * (code not in old.code_versions),
        cells=old.cells + [cell for cell in cells if cell.key not in known],
    )
    return manifest, notes
