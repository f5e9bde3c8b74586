"""Runs the cells of an experiment that have no record yet over an executor, then scores what is not scored."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import numpy as np

from bench.datasets.images import ImageData
from bench.environment import metrics_version
from bench.errors import UsageError
from bench.executors import Executor, Result
from bench.fitting import Settings, pretraining_key
from bench.metrics.fit import Fit
from bench.metrics.scoring import score
from bench.records import Cell, Manifest, Record, RecordError, Scores
from bench.store import Store
from bench.threads import limited_threads
from methods import registry


class Reporter(Protocol):
    """Who is told how a run goes on."""

    def cell_started(self, cell: Cell) -> None: ...

    def cell_progress(self, cell: Cell, phase: str, done: float, total: float, loss: float | None) -> None: ...

    def cell_ended(self, record: Record) -> None: ...

    def scoring(self, share: float) -> None: ...

    def warn(self, line: str) -> None: ...


def run_cells(
    cells: Sequence[Cell], data: ImageData, store: Store, settings: Settings, reporter: Reporter, executor: Executor
) -> None:
    """Run each cell; its record is on disk, in the place of an older one, the moment it arrives."""
    waiting = list(cells)
    running: dict[Future[Result], tuple[Cell, str | None]] = {}
    while waiting or running:
        making = {key for _, key in running.values() if key}
        ready = (cell for cell in waiting if _missing_weights(cell, data, store, settings) not in making)
        cell = next(ready, None) if len(running) < executor.slots else None
        if cell is not None:
            waiting.remove(cell)
            key = _missing_weights(cell, data, store, settings)
            reporter.cell_started(cell)
            running[executor.submit(cell, partial(reporter.cell_progress, cell))] = cell, key
            continue
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            cell, _ = running.pop(future)
            record, arrays = future.result()
            store.discard(cell)
            store.write(record, arrays)
            reporter.cell_ended(record)


def _missing_weights(cell: Cell, data: ImageData, store: Store, settings: Settings) -> str | None:
    """Key of the pretrained autoencoder that this cell would have to make; no two cells at once make the same."""
    if not registry.method(cell.method).learns_representation:
        return None
    key = pretraining_key(cell, data, settings)
    return None if store.has_pretrained(key) else key


def score_cells(cells: Sequence[Cell], data: ImageData, store: Store, threads: int, reporter: Reporter) -> None:
    """Score each finished cell that has no scores of these metrics; all in one pass over the input space."""
    version = metrics_version()
    features = np.asarray(data.features)
    keys, fits = [], []
    for cell in cells:
        record, scores = store.finished(cell), store.scores(cell.key)
        if record is None or (scores is not None and scores.metrics_version == version):
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
            store.write_scores(Scores(key=key, values=scored, metrics_version=version))


def join_manifest(
    store: Store, cells: Sequence[Cell], data: ImageData, settings: Settings, command: str
) -> tuple[Manifest, list[str]]:
    """The manifest of the folder with these cells added, and what a reader of its tables must know.

    Raises UsageError if the folder holds results on other data.
    """
    old = store.manifest()
    if old is None:  # the first run, or the manifest was damaged: what lies there on these data still counts
        records = [record for record in store.records() if record.data_digest == data.digest]
        known = {cell.key for cell in cells}
        manifest = Manifest(
            name=store.name,
            commands=[command],
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            data=data.summary(),
            environment=settings.environment,
            code_versions=sorted({settings.code, *(record.code_version for record in records)}),
            cells=[*cells, *(record.cell for record in records if record.key not in known)],
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
