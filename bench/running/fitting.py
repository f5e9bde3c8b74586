"""Runs one cell in this process: the timed fit, its record and its arrays."""

import os
import warnings
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.machine.gpu_memory import gpu_peak_bytes, limit_gpu_memory, restart_gpu_peak
from bench.machine.memory import is_out_of_memory, peak_bytes
from bench.running.attempt import Result, Stopwatch, Task
from bench.running.enough_memory import check_memory
from bench.running.strength import margin_of
from bench.store import arrays as names
from bench.store.encoding import decode, encode
from bench.store.fit_arrays import check_arrays
from bench.store.records import Attempt, Ending, Failure, Record, failure_of, warning_lines
from methods import registry
from methods.registry import ProgressCallback

_BATCH_SIZE = 4096


def run_cell(task: Task, data: ImageData, progress: ProgressCallback) -> Result:
    """Fit one cell. Any exception becomes a failed attempt."""
    watch = Stopwatch(task)
    try:
        record, arrays, model = _fit(task, data, progress, watch)
    except (Exception, SystemExit) as error:  # a third-party class may even try to end the program
        return Result(_ended(watch, _ending(error), failure_of(error)))
    return Result(_ended(watch, "ok"), record, arrays, model)


def _ended(watch: Stopwatch, ending: Ending, failure: Failure | None = None) -> Attempt:
    """The attempt, which ends now in this process."""
    uses_gpu = _is_on_cuda(watch.task) or watch.task.cell.is_third_party  # the caller's own tensors do not count
    gpu_peak = gpu_peak_bytes() if uses_gpu else None
    return watch.ended(ending, failure, pid=os.getpid(), peak=peak_bytes(), gpu_peak=gpu_peak)


def _is_on_cuda(task: Task) -> bool:
    return (task.environment.device or "").startswith("cuda")


def _ending(error: BaseException) -> Ending:
    if is_out_of_memory(error):
        return "out of memory"
    return "diverged" if isinstance(error, FloatingPointError) else "failed"


def _fit(
    task: Task, data: ImageData, progress: ProgressCallback, watch: Stopwatch
) -> tuple[Record, dict[str, NDArray[Any]], dict[str, bytes]]:
    """The record, the arrays, and the files of the model, which are empty if it is not kept."""
    cell = task.cell
    clusterer = _clusterer(task, data)
    features = np.asarray(data.features)
    fold = fold_of(cell, len(features))
    X, measured = features[fold.training], features[fold.measured]
    check_memory(cell.implementation, X, cell.params, task.limits.memory_bytes)
    _start_gpu(task)
    weights = None if task.weights is None else Path(task.weights)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore", registry.LongFitWarning)  # the driver says it before the run
        if weights is not None:
            if not weights.exists():
                clusterer.pretrain(as_images(X, data), weights, progress=progress)
            clusterer.set_params(pretrained=str(weights))
        start = perf_counter()
        clusterer.fit(as_images(X, data), progress=progress)
        seconds = perf_counter() - start + clusterer.reused_seconds_

    record = Record(
        key=cell.key,
        cell=cell,
        attempt=watch.id,
        started_at=watch.started_at,
        environment=task.environment,
        code_version=task.code,
        plugin=task.plugin,
        data_digest=data.digest,
        pretrained=None if weights is None else weights.stem,
        fit_seconds=seconds,
        phase_seconds=dict(clusterer.phase_seconds_),
        device=clusterer.device_,
        precision=clusterer.precision_,
        n_iter=clusterer.n_iter_ or None,  # 0 is not known
        n_parameters=clusterer.n_parameters_,
        count_option=registry.count_option(cell.implementation, cell.params),
        takes_seed=registry.takes_seed(cell.implementation),
        n_prototypes=None if clusterer.prototypes_ is None else len(clusterer.prototypes_),
        reconstruction_error=_reconstruction_error(clusterer, measured),
        grid_shape=clusterer.grid_shape_,
        augmentation=None if clusterer.augmentation_ is None else dict(clusterer.augmentation_),
        certainty={} if clusterer.certainty_ is None else dict(clusterer.certainty_),
        warnings=warning_lines(caught),
        history={name: list(values) for name, values in clusterer.history_.items()},
    )
    arrays = _arrays(clusterer, measured, held_out=cell.folds is not None)
    # A fit with a wrong array or an impossible number has failed: stored, it would be taken for damage when it is read.
    check_arrays(arrays, record, data.summary())
    decode(encode(record), Record, "the record of this fit")
    # a fold is a step of a search, and a subsample shows how much the fit depends on the data
    is_whole = cell.labels_all_samples
    is_kept = task.keep_model and is_whole and registry.keeps_model(cell.implementation)
    return record, arrays, clusterer.packed() if is_kept else {}


def _start_gpu(task: Task) -> None:
    """If the cell may use a GPU with CUDA: bound its memory, start its libraries and let its peak start again.

    The measured time excludes the start of the libraries, as it excludes the loading of the code.
    """
    method, device = task.cell.implementation, task.environment.device or ""
    if not _is_on_cuda(task) or not registry.may_use_gpu(method):
        return
    if task.limits.gpu_bytes is not None:
        limit_gpu_memory(task.limits.gpu_bytes, device)
    if registry.uses_device(method):
        registry.start_device(device)
    restart_gpu_peak()


def as_images(X: NDArray[np.float32], data: ImageData) -> NDArray[np.float32]:
    """A view of samples, (n_samples, n_features), as (n_samples, height, width, channels); a table is unchanged."""
    return X if data.image_shape is None else X.reshape(-1, *data.image_shape)


def _clusterer(task: Task, data: ImageData) -> "registry.Clusterer":
    """The unfitted clusterer of a cell. Its libraries are loaded now, because the measured time excludes loading."""
    cell = task.cell
    method = registry.method(cell.implementation)
    registry.preload(cell.implementation, cell.preset, cell.params)
    arguments: dict[str, Any] = {**cell.params, "random_state": cell.seed}
    if cell.n_clusters is not None:
        arguments["n_clusters"] = cell.n_clusters
    if method.learns_representation:
        arguments |= {"preset": cell.preset, "latent_dim": cell.latent_dim}
    if method.takes_device:
        arguments["device"] = task.environment.device
    return registry.create(cell.implementation, **arguments)


def _arrays(clusterer: "registry.Clusterer", X: NDArray[np.float32], *, held_out: bool) -> dict[str, NDArray[Any]]:
    """The arrays to store, by name; an array that the method lacks is left out.

    `X`, (n_samples, n_features), are the samples of `fit` or, with `held_out`, other samples.
    """
    trace = None if held_out else clusterer.trace_
    embedding, shares = clusterer.embedding_, clusterer.soft_assignments_
    arrays: dict[str, NDArray[Any] | None] = {
        names.LABELS: clusterer.predict(X) if held_out else clusterer.labels_,
        names.CLUSTER_CENTERS: clusterer.cluster_centers_ if len(clusterer.cluster_centers_) else None,
        names.EMBEDDING: clusterer.transform(X) if held_out and embedding is not None else embedding,
        names.PROTOTYPES: clusterer.prototypes_,
        names.SOFT_ASSIGNMENTS: clusterer.predict_proba(X) if held_out and shares is not None else shares,
        names.POSTERIOR: _held_out_posteriors(clusterer, X) if held_out else clusterer.posteriors_,
        names.TRACE_LABELS: None if trace is None else trace.labels,
        names.TRACE_SECONDS: None if trace is None else trace.seconds,
        names.RECONSTRUCTIONS: _reconstruct(clusterer, X[names.reconstructed_rows(len(X))]),
    }
    known = {name: array for name, array in arrays.items() if array is not None}
    margin = margin_of(known, X, is_map=clusterer.grid_shape_ is not None)
    return known if margin is None else known | {names.MARGIN: margin}


def _held_out_posteriors(clusterer: "registry.Clusterer", X: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The posterior probability of the cluster of each sample of a mixture, (n_samples,); None for other methods."""
    return None if clusterer.posteriors_ is None else clusterer.predict_proba(X).max(axis=1)


def _reconstruct(clusterer: "registry.Clusterer", X: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Samples, (n_samples, n_features), through the method's own space and back; None if there is no way back."""
    return clusterer.inverse_transform(clusterer.transform(X)) if clusterer.is_invertible else None


def _reconstruction_error(clusterer: "registry.Clusterer", X: NDArray[np.float32]) -> float | None:
    """Mean squared error per pixel; None if the method cannot reconstruct. Batches, because `X` may be large."""
    total = 0.0
    for start in range(0, len(X), _BATCH_SIZE):
        batch = X[start : start + _BATCH_SIZE]
        reconstruction = _reconstruct(clusterer, batch)
        if reconstruction is None:
            return None
        total += float(np.square(reconstruction - batch, dtype=np.float64).sum())
    return total / X.size
