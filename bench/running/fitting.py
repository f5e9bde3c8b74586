"""One cell: fit, timed alone, its record, and how the attempt ended."""

import hashlib
import json
import os
import platform
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.machine.memory import is_out_of_memory, peak_bytes
from bench.running.findings import found, found_of, reconstruction_error, shown_rows
from bench.store.records import Attempt, Cell, Ending, Environment, Failure, Record
from methods import registry
from methods.registry import ProgressCallback

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Settings:
    """How cells run: what is no part of their identity."""

    environment: Environment
    code: str


@dataclass(frozen=True)
class Result:
    """What an attempt gave; no record and no arrays if it failed."""

    attempt: Attempt
    record: Record | None = None
    arrays: Arrays = field(default_factory=dict)
    lost: Sequence[Attempt] = ()
    """Earlier attempts whose worker was lost, where a cluster began anew by itself."""


class Stopwatch:
    """An attempt from its start to its end, and who made it."""

    def __init__(self, cell: Cell, digest: str, settings: Settings) -> None:
        self.cell, self.digest, self.settings = cell, digest, settings
        self.started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._start = perf_counter()

    def ended(
        self, ending: Ending, failure: Failure | None = None, *, pid: int | None = None, peak: int | None = None
    ) -> Attempt:
        """The attempt, made on this machine."""
        return Attempt(
            key=self.cell.key,
            cell=self.cell,
            ending=ending,
            failure=failure,
            started_at=self.started_at,
            wall_seconds=perf_counter() - self._start,
            peak_bytes=peak,
            host=platform.node(),
            pid=pid,
            environment=self.settings.environment,
            code_version=self.settings.code,
            data_digest=self.digest,
        )


def run_cell(
    cell: Cell, data: ImageData, weights: Path | None, settings: Settings, progress: ProgressCallback
) -> Result:
    """Fit one cell. Whatever it raises becomes a failed attempt.

    `weights` is where the pretrained autoencoder that the cell starts from lies, or is to be put: a file named by its
    key; None for a method that has none.
    """
    watch = Stopwatch(cell, data.digest, settings)
    try:
        record, arrays = _fit(cell, data, weights, settings, progress, watch.started_at)
    except (Exception, SystemExit) as error:  # a class from elsewhere may even try to end the program
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        failure = Failure(type=type(error).__name__, message=message, traceback=traceback.format_exc())
        return Result(watch.ended(_ending(error), failure, pid=os.getpid(), peak=peak_bytes()))
    return Result(watch.ended("ok", pid=os.getpid(), peak=peak_bytes()), record, arrays)


def _ending(error: BaseException) -> Ending:
    if is_out_of_memory(error):
        return "out of memory"
    return "diverged" if isinstance(error, FloatingPointError) else "failed"


def _fit(
    cell: Cell, data: ImageData, weights: Path | None, settings: Settings, progress: ProgressCallback, started_at: str
) -> tuple[Record, Arrays]:
    method = registry.method(cell.method)
    registry.preload(cell.method, cell.preset, cell.params)  # loading is no part of what is timed
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
    features = np.asarray(data.features)
    rows = fold_of(cell, len(features))
    X = features if rows is None else features[rows.training]
    if weights is not None:
        if not weights.exists():
            clusterer.pretrain(X, weights, progress=progress)
        clusterer.set_params(pretrained=str(weights))
    with warnings.catch_warnings(record=True) as warned:
        start = perf_counter()
        clusterer.fit(X, progress=progress)
        seconds = perf_counter() - start + clusterer.reused_seconds_

    measured = X if rows is None else features[rows.measured]
    given = found(clusterer) if rows is None else found_of(clusterer, measured)
    given["reconstructions"] = clusterer.reconstruct(measured[shown_rows(len(measured))])
    arrays = {name: array for name, array in given.items() if array is not None}
    record = Record(
        key=cell.key,
        cell=cell,
        started_at=started_at,
        environment=settings.environment,
        code_version=settings.code,
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
        warnings=list(dict.fromkeys(f"{w.category.__name__}: {' '.join(str(w.message).split())}" for w in warned)),
        history={name: list(values) for name, values in clusterer.history_.items()},
    )
    return record, arrays


def pretraining_key(cell: Cell, data: ImageData, settings: Settings) -> str | None:
    """Digest of all that determines a pretrained autoencoder: equal keys, equal weights to the bit.

    None for a method that learns no representation.
    """
    method = registry.method(cell.method)
    if not method.learns_representation:
        return None
    content = {
        "data": data.digest,
        "code": settings.code,
        "seed": cell.seed,
        "preset": cell.preset,
        "latent_dim": cell.latent_dim,
        "folds": cell.folds,
        "parameters": registry.pretraining_settings(cell.preset or "", cell.params),
        "target": [settings.environment.device, settings.environment.precision],
        "threads": settings.environment.threads,
        "processor": settings.environment.processor,
        "torch": settings.environment.versions["torch"],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]
