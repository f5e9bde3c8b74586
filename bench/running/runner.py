"""Schedules cells over an executor: each cell is locked, run, and stored the moment its result arrives."""

from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from math import inf
from time import sleep
from typing import Protocol

from msgspec.structs import replace

from bench.running.assignments import write_assignments
from bench.running.attempt import Result
from bench.running.executors import Executor
from bench.running.job import Job
from bench.store.locks import Locks
from bench.store.records import Attempt, Cell, Failure, Record
from methods import registry
from methods.registry import Progress

RETRIED = ("lost worker", "out of memory")
"""A cell with one of these endings is tried again, because the cause may lie outside the cell."""
MAX_TRIES = 3
_POLL_SECONDS = 0.5
"""How often an idle driver process checks whether another one has finished a cell or has ended."""


class RunObserver(Protocol):
    """Receives the events of a run, in the thread of the scheduler or of a cell. A method may raise to end the run."""

    def cell_started(self, cell: Cell) -> None: ...
    def cell_progress(self, cell: Cell, progress: Progress) -> None: ...
    def cell_retried(self, attempt: Attempt) -> None: ...  # the attempt failed, and its cell will be tried again
    def cell_ended(self, result: Result) -> None: ...  # the cell has its record, or has failed for good
    def cell_ended_elsewhere(self, cell: Cell, finished: bool) -> None: ...  # in another driver process
    def idle(self) -> None: ...  # at least every half second while cells run
    def scoring(self, share: float) -> None: ...  # the finished share, 0 to 1
    def warn(self, line: str) -> None: ...


class Scheduler:
    """Runs the cells of one driver process. It does not run cells that another driver process finishes."""

    def __init__(self, job: Job, observer: RunObserver, locks: Locks, force: bool = False) -> None:
        """`force`: run finished cells again and replace their records."""
        self.job, self.store = job, job.store
        self.observer, self.locks, self.force = observer, locks, force
        self._running: dict[Future[Result], Cell] = {}
        self._tries: Counter[str] = Counter()
        self._attempts_before: dict[str, int] = {}

    def run(self, cells: Sequence[Cell], executor: Executor) -> None:
        """Run each cell. The record of a cell is on disk before the next event."""
        waiting = deque(cells)
        self._attempts_before = {cell.key: len(self.store.attempts(cell.key)) for cell in cells}
        while waiting or self._running:
            self.observer.idle()
            cell = self._next(waiting, executor) if len(self._running) < executor.slots else None
            if cell is not None:
                self._tries[cell.key] += 1
                self.observer.cell_started(cell)
                self._running[executor.submit(cell, partial(self._progress, cell))] = cell
            elif self._running:
                for future in wait(self._running, _POLL_SECONDS, FIRST_COMPLETED).done:
                    waiting += self._ended(self._running.pop(future), future.result())
            elif waiting:
                sleep(_POLL_SECONDS)

    def _next(self, waiting: deque[Cell], executor: Executor) -> Cell | None:
        """Lock, remove and return the first cell that can start; remove cells that another driver process has ended."""
        passed_over = []
        start = None
        busy_weights: set[str | None] = set()
        while waiting and start is None:
            cell = waiting.popleft()
            lock, weights = self.store.lock_path(cell.key), self.job.pretraining_key(cell)
            if weights in busy_weights or not executor.can_start(cell) or not self.locks.take(lock):
                passed_over.append(cell)
            elif self._ended_elsewhere(cell):
                self.locks.release(lock, done=True)
                self.observer.cell_ended_elsewhere(cell, finished=self.store.finished(cell) is not None)
            else:
                self._store_lost_attempt(cell)
                if weights is None or self._may_use(weights):
                    start = cell
                else:
                    self.locks.release(lock)
                    busy_weights.add(weights)
                    passed_over.append(cell)
        waiting.extendleft(reversed(passed_over))
        return start

    def _store_lost_attempt(self, cell: Cell) -> None:
        """Store the attempt of a driver process that ended while it held the lock of this cell."""
        lock = self.locks.replaced(self.store.lock_path(cell.key))
        if lock is None:
            return
        failure = Failure(type="DriverLostError", message="the driver process exited unexpectedly")
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
                data_digest=self.job.data.digest,
            )
        )

    def _ended_elsewhere(self, cell: Cell) -> bool:
        if self._tries[cell.key]:
            return False
        if not self.force and self.store.finished(cell) is not None:
            return True
        attempts = self.store.attempts(cell.key)[self._attempts_before[cell.key] :]
        return bool(attempts) and self._would_fail_here(attempts[-1])

    def _would_fail_here(self, attempt: Attempt) -> bool:
        """Whether the failed attempt of another driver process would fail in this one, too."""
        if attempt.ending == "timeout":
            return attempt.wall_seconds >= (self.job.limits.seconds or inf)
        return attempt.ending in ("failed", "diverged")

    def _may_use(self, key: str) -> bool:
        """Whether the pretrained autoencoder exists, or a cell may make it, under a lock that is taken here."""
        if self._has_weights(key):
            return True
        lock = self.store.weights_lock_path(key)
        return not self.locks.holds(lock) and self.locks.take(lock)

    def _has_weights(self, key: str) -> bool:
        return self.store.has_pretrained(key, registry.is_whole_pretrained)

    def _progress(self, cell: Cell, progress: Progress) -> None:
        self.locks.set_progress(self.store.lock_path(cell.key), progress)
        self.observer.cell_progress(cell, progress)

    def _ended(self, cell: Cell, result: Result) -> list[Cell]:
        """Store the result; return the cell if it is to be tried again."""
        self._tries[cell.key] += len(result.lost)
        try:
            is_superseded = result.record is not None and not self._write(cell, result.record, result)
            if is_superseded:
                result.attempt = replace(result.attempt, ending="superseded")
            for attempt in (*result.lost, result.attempt):
                self.store.add_attempt(attempt)
            if result.record is not None:
                write_assignments([cell], self.job.data, self.store)
        finally:
            key = self.job.pretraining_key(cell)
            if key is not None:
                self.locks.release(self.store.weights_lock_path(key), done=self._has_weights(key))
            self.locks.release(self.store.lock_path(cell.key), done=self.store.finished(cell) is not None)
        if result.attempt.ending in RETRIED and self._tries[cell.key] < MAX_TRIES:
            self.observer.cell_retried(result.attempt)
            return [cell]
        if is_superseded:
            self.observer.cell_ended_elsewhere(cell, finished=True)
        else:
            self.observer.cell_ended(result)
        return []

    def _write(self, cell: Cell, record: Record, result: Result) -> bool:
        """Store a finished fit. Returns False if another driver process has finished the cell while this one slept."""
        if self.force and self.locks.still_holds(self.store.lock_path(cell.key)):
            self.store.discard(cell)
        return self.store.write(record, result.arrays, result.model)
