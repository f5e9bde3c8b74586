"""One cell: fit, timed alone, and its record."""

import hashlib
import json
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.records import Cell, Environment, Failure, Record
from bench.store import Store
from methods import registry

Arrays = Mapping[str, NDArray[Any]]
Progress = Callable[[str, float, float, float | None], None]
"""Called with a phase, how much of it is done, of how much, and the last loss, if there is one."""


@dataclass(frozen=True)
class Settings:
    """How cells run: what is no part of their identity."""

    environment: Environment
    code: str


def run_cell(
    cell: Cell, data: ImageData, store: Store, settings: Settings, progress: Progress
) -> tuple[Record, Arrays]:
    """Fit one cell. Whatever it raises becomes a failed record."""
    known = _known(cell, data.digest, settings)
    try:
        return _fit(cell, data, store, settings, progress, known)
    except (Exception, SystemExit) as error:  # a class from elsewhere may even try to end the program
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        failure = Failure(type=type(error).__name__, message=message, traceback=traceback.format_exc())
        return Record(**known, status="failed", failure=failure), {}


def failed(cell: Cell, digest: str, settings: Settings, failure: Failure) -> Record:
    """The record of a cell that could not even be tried to the end, on data of that digest."""
    return Record(**_known(cell, digest, settings), status="failed", failure=failure)


def _known(cell: Cell, digest: str, settings: Settings) -> dict[str, Any]:
    """What a record says whatever came out."""
    return {
        "key": cell.key,
        "cell": cell,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": settings.environment,
        "code_version": settings.code,
        "data_digest": digest,
    }


def _fit(
    cell: Cell, data: ImageData, store: Store, settings: Settings, progress: Progress, known: dict[str, Any]
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
    key: str | None = None
    X = np.asarray(data.features)
    if method.learns_representation:
        key = pretraining_key(cell, data, settings)
        path = store.pretrained_path(key)
        if not store.has_pretrained(key):
            clusterer.pretrain(X, path, progress=progress)
        clusterer.set_params(pretrained=str(path))
    with warnings.catch_warnings(record=True) as warned:
        start = perf_counter()
        clusterer.fit(X, progress=progress)
        seconds = perf_counter() - start + clusterer.reused_seconds_

    arrays: dict[str, NDArray[Any]] = {"labels": clusterer.labels_, "cluster_centers": clusterer.cluster_centers_}
    if clusterer.embedding_ is not None:
        arrays["embedding"] = clusterer.embedding_
    if clusterer.prototypes_ is not None:
        arrays["prototypes"] = clusterer.prototypes_
    if clusterer.soft_assignments_ is not None:
        arrays["soft_assignments"] = clusterer.soft_assignments_
    record = Record(
        **known,
        status="ok",
        pretrained=key,
        fit_seconds=seconds,
        phase_seconds=dict(clusterer.phase_seconds_),
        device=clusterer.device_,
        precision=clusterer.precision_,
        n_iter=clusterer.n_iter_,
        n_parameters=clusterer.n_parameters_,
        n_prototypes=None if clusterer.prototypes_ is None else len(clusterer.prototypes_),
        grid_shape=clusterer.grid_shape_,
        warnings=list(dict.fromkeys(f"{w.category.__name__}: {' '.join(str(w.message).split())}" for w in warned)),
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
