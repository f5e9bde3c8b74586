"""Runs one cell in this process: the timed fit, its record and its arrays."""

import os
import traceback
import warnings
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.machine.memory import is_out_of_memory, peak_bytes
from bench.running.findings import findings, reconstruction_error
from bench.running.result import Result
from bench.running.stopwatch import Stopwatch
from bench.running.task import Task
from bench.store.records import Ending, Failure, Record
from methods import registry
from methods.registry import ProgressCallback


def run_cell(task: Task, data: ImageData, progress: ProgressCallback) -> Result:
    """Fit one cell. Any exception becomes a failed attempt."""
    watch = Stopwatch(task)
    try:
        record, arrays = _fit(task, data, progress, watch.started_at)
    except (Exception, SystemExit) as error:  # a third-party class may even try to end the program
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        failure = Failure(type=type(error).__name__, message=message, traceback=traceback.format_exc())
        return Result(watch.ended(_ending(error), failure, pid=os.getpid(), peak=peak_bytes()))
    return Result(watch.ended("ok", pid=os.getpid(), peak=peak_bytes()), record, arrays)


def _ending(error: BaseException) -> Ending:
    if is_out_of_memory(error):
        return "out of memory"
    return "diverged" if isinstance(error, FloatingPointError) else "failed"


def _fit(
    task: Task, data: ImageData, progress: ProgressCallback, started_at: str
) -> tuple[Record, dict[str, NDArray[Any]]]:
    cell = task.cell
    clusterer = _clusterer(task, data)
    features = np.asarray(data.features)
    fold = fold_of(cell, len(features))
    X = features if fold is None else features[fold.training]
    weights = None if task.weights is None else Path(task.weights)
    if weights is not None:
        if not weights.exists():
            clusterer.pretrain(X, weights, progress=progress)
        clusterer.set_params(pretrained=str(weights))
    with warnings.catch_warnings(record=True) as caught:
        start = perf_counter()
        clusterer.fit(X, progress=progress)
        seconds = perf_counter() - start + clusterer.reused_seconds_

    measured = X if fold is None else features[fold.measured]
    record = Record(
        key=cell.key,
        cell=cell,
        started_at=started_at,
        environment=task.environment,
        code_version=task.code,
        data_digest=data.digest,
        pretrained=None if weights is None else weights.stem,
        fit_seconds=seconds,
        phase_seconds=dict(clusterer.phase_seconds_),
        device=clusterer.device_,
        precision=clusterer.precision_,
        n_iter=clusterer.n_iter_,
        n_parameters=clusterer.n_parameters_,
        n_prototypes=None if clusterer.prototypes_ is None else len(clusterer.prototypes_),
        reconstruction_error=reconstruction_error(clusterer, measured),
        grid_shape=clusterer.grid_shape_,
        warnings=list(dict.fromkeys(f"{w.category.__name__}: {' '.join(str(w.message).split())}" for w in caught)),
        history={name: list(values) for name, values in clusterer.history_.items()},
    )
    return record, findings(clusterer, measured, held_out=fold is not None)


def _clusterer(task: Task, data: ImageData) -> "registry.Clusterer":
    """The unfitted clusterer of a cell, with its libraries loaded: loading is not part of the measured time."""
    cell = task.cell
    method = registry.method(cell.method)
    registry.preload(cell.method, cell.preset, cell.params)
    arguments: dict[str, Any] = {**cell.params, "n_clusters": cell.n_clusters, "random_state": cell.seed}
    if method.learns_representation:
        arguments |= {"preset": cell.preset, "latent_dim": cell.latent_dim, "image_shape": data.image_shape}
    if method.takes_device:
        arguments["device"] = task.environment.device
    return registry.create(cell.method, **arguments)
