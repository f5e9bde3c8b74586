"""Runs the cells of an experiment that have no record yet over an executor, then scores what is not scored."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime
from functools import partial
from math import inf
from time import sleep
from typing import Protocol

import numpy as np

from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.folds import measured_rows
from bench.machine.code import metrics_version
from bench.machine.threads import limited_threads
from bench.metrics.fit import Fit
from bench.metrics.scoring import score_each
from bench.running.executors import Executor, Job
from bench.running.fitting import Result, Settings, pretraining_key
from bench.store.locks import Locks
from bench.store.records import Attempt, Cell, Failure, Manifest, Record, RecordError, Scores
from bench.store.store import Store
from methods import registry
from methods.registry import Progress

RETRIED = ("lost worker", "out of memory")
"""Endings that may not be the cell's own fault."""
MOST_TRIES = 3
_POLL_SECONDS = 0.5
"""How often a driver with nothing to do looks whether another one has finished a cell, or died."""


class Reporter(Protocol):
    """Who is told how a run goes on."""

    def cell_started(self, cell: Cell) -> None: ...

    def cell_progress(self, cell: Cell, progress: Progress) -> None: ...

    def cell_retried(self, attempt: Attempt) -> None: ...

    def cell_ended(self, result: Result) -> None: ...

    def cell_found(self, cell: Cell, finished: bool) -> None: ...

    def idle(self) -> None: ...

    def scoring(self, share: float) -> None: ...

    def warn(self, line: str) -> None: ...


class Run:
    """The cells of one driver, over an executor. What other drivers of the same folder make is not made again."""

    def __init__(self, job: Job, reporter: Reporter, locks: Locks, force: bool = False) -> None:
        self.data, self.store, self.settings = job.data, job.store, job.settings
        self.most_seconds = job.limits.seconds or inf
        self.reporter, self.locks, self.force = reporter, locks, force
        self._running: dict[Future[Result], Cell] = {}
        self._tries: Counter[str] = Counter()
        self._attempts_before: dict[str, int] = {}

    def cells(self, cells: Sequence[Cell], executor: Executor) -> None:
        """Run each cell; its record is on disk the moment it arrives."""
        waiting = list(cells)
        self._attempts_before = {cell.key: len(self.store.attempts(cell.key)) for cell in cells}
        while waiting or self._running:
            self.reporter.idle()
            cell = self._next(waiting) if len(self._running) < executor.slots else None
            if cell is not None:
                waiting.remove(cell)
                self._tries[cell.key] += 1
                self.reporter.cell_started(cell)
                self._running[executor.submit(cell, partial(self._progress, cell))] = cell
            elif self._running:
                for future in wait(self._running, _POLL_SECONDS, FIRST_COMPLETED).done:
                    waiting += self._ended(self._running.pop(future), future.result())
            elif waiting:
                sleep(_POLL_SECONDS)

    def _next(self, waiting: list[Cell]) -> Cell | None:
        """The first cell that can start, locked; those that another driver has ended are removed."""
        for cell in list(waiting):
            if not self.locks.take(self.store.lock_path(cell.key)):
                continue
            if self._ended_elsewhere(cell):
                waiting.remove(cell)
                self.locks.release(self.store.lock_path(cell.key), done=True)
                self.reporter.cell_found(cell, finished=self.store.finished(cell) is not None)
                continue
            self._note_lost(cell)
            if self._may_use_weights(cell):
                return cell
            self.locks.release(self.store.lock_path(cell.key))
        return None

    def _note_lost(self, cell: Cell) -> None:
        """Keep the attempt of a driver that is gone without a word, as its lock tells of it."""
        lock = self.locks.replaced(self.store.lock_path(cell.key))
        if lock is None:
            return
        failure = Failure(type="DriverLostError", message="its driver is gone without a word", traceback="")
        self.store.add_attempt(
            Attempt(
                key=cell.key,
                cell=cell,
                ending="lost worker",
                failure=failure,
                started_at=lock.started_at,
                wall_seconds=lock.seconds,
                host=lock.host,
                pid=lock.pid,
                data_digest=self.data.digest,
            )
        )

    def _ended_elsewhere(self, cell: Cell) -> bool:
        if self._tries[cell.key]:
            return False
        if not self.force and self.store.finished(cell) is not None:
            return True
        attempts = self.store.attempts(cell.key)[self._attempts_before[cell.key] :]
        return bool(attempts) and self._settles(attempts[-1])

    def _settles(self, attempt: Attempt) -> bool:
        """Whether another driver's try that failed would fail here, too."""
        if attempt.ending == "timeout":
            return attempt.wall_seconds >= self.most_seconds
        return attempt.ending in ("failed", "diverged")

    def _may_use_weights(self, cell: Cell) -> bool:
        """Whether the pretrained autoencoder is there, or this cell may make it, which is locked then."""
        key = pretraining_key(cell, self.data, self.settings)
        if key is None or self._has_weights(key):
            return True
        lock = self.store.weights_lock_path(key)
        return not self.locks.holds(lock) and self.locks.take(lock)

    def _has_weights(self, key: str) -> bool:
        return self.store.has_pretrained(key, registry.is_whole_pretrained)

    def _progress(self, cell: Cell, progress: Progress) -> None:
        self.locks.set_progress(self.store.lock_path(cell.key), progress)
        self.reporter.cell_progress(cell, progress)

    def _ended(self, cell: Cell, result: Result) -> list[Cell]:
        """Keep what came out; returns the cell if it is to be tried again."""
        self._tries[cell.key] += len(result.lost)
        try:
            if result.record is not None:
                if self.force:
                    self.store.discard(cell)
                self.store.write(result.record, result.arrays)
            for attempt in (*result.lost, result.attempt):
                self.store.add_attempt(attempt)
        finally:
            key = pretraining_key(cell, self.data, self.settings)
            if key is not None:
                self.locks.release(self.store.weights_lock_path(key), done=self._has_weights(key))
            self.locks.release(self.store.lock_path(cell.key), done=self.store.finished(cell) is not None)
        if result.attempt.ending in RETRIED and self._tries[cell.key] < MOST_TRIES:
            self.reporter.cell_retried(result.attempt)
            return [cell]
        self.reporter.cell_ended(result)
        return []


def score_cells(cells: Sequence[Cell], data: ImageData, store: Store, threads: int, reporter: Reporter) -> set[str]:
    """Score each finished cell that has no scores of these metrics; in one pass over each space that cells share.

    Returns the keys of cells whose arrays turned out to be damaged, and which count as never run now.
    """
    version = metrics_version()
    unscored: dict[tuple[int | None, int], list[_Scored]] = {}
    for record in filter(None, map(store.finished, cells)):
        scores = store.scores(record.key)
        known = scores.values if scores is not None and scores.metrics_version == version else None
        fold = (record.cell.folds, record.cell.seed if record.cell.folds else 0)
        unscored.setdefault(fold, []).append((record, known))
    todo = [group for group in unscored.values() if any(known is None for _, known in group)]
    damaged: set[str] = set()
    with limited_threads(threads):
        for number, group in enumerate(todo):
            damaged |= _score(group, data, store, version, partial(_share, reporter, number, len(todo)))
    return damaged


def _share(reporter: Reporter, done: int, total: int, share: float) -> None:
    reporter.scoring((done + share) / total)


_Scored = tuple[Record, dict[str, float | None] | None]
"""A finished fit, and its scores if they are known."""


def _score(
    fits: Sequence[_Scored], data: ImageData, store: Store, version: str, progress: Callable[[float], None]
) -> set[str]:
    """Score fits that are measured on the same samples; returns the keys of damaged ones."""
    rows = measured_rows(fits[0][0].cell, len(data.features))
    features = np.asarray(data.features)[rows]
    true_labels = None if data.labels is None else data.labels[rows]

    def load(record: Record) -> Fit:
        arrays = store.arrays(record.key)
        return Fit(
            labels=arrays["labels"],
            features=features,
            true_labels=true_labels,
            embedding=arrays.get("embedding"),
            prototypes=arrays.get("prototypes"),
            soft_assignments=arrays.get("soft_assignments"),
            reconstruction_error=record.reconstruction_error,
            grid_shape=record.grid_shape,
        )

    readable = []
    for record, known in fits:
        try:
            load(record)
        except RecordError:
            continue
        except (KeyError, ValueError) as error:  # whole, but not what a fit leaves
            store.discard_damaged(record.key, f"it does not hold the arrays of a fit ({error})")
        else:
            readable.append((record, known))
    scored = score_each(len(readable), lambda n: load(readable[n][0]), [known for _, known in readable], progress)
    for number, values in scored:
        store.write_scores(Scores(key=readable[number][0].key, values=values, metrics_version=version))
    return {record.key for record, _ in fits} - {record.key for record, _ in readable}


def join_manifest(
    store: Store, cells: Sequence[Cell], data: ImageData, settings: Settings, command: str, note: str = ""
) -> tuple[Manifest, list[str]]:
    """The manifest of the folder with these cells added, and what a reader of its tables must know.

    `note` is kept there, for every table to say.

    Raises UsageError if the folder holds results on other data.
    """
    old = store.manifest()
    if old is None:  # the first run, or the manifest was damaged: what lies there on these data still counts
        records = [record for record in store.records() if record.data_digest == data.digest]
        known = {cell.key for cell in cells}
        manifest = Manifest(
            name=store.name,
            commands=[command],
            notes=[note] * bool(note),
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
        notes=old.notes + [note] * bool(note and note not in old.notes),
        created_at=old.created_at,
        data=old.data,
        environment=settings.environment,
        code_versions=old.code_versions + [code] * (code not in old.code_versions),
        cells=old.cells + [cell for cell in cells if cell.key not in known],
    )
    return manifest, notes
