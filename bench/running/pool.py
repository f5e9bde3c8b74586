"""A pool of worker processes: a process that has run a cell waits for the next one, with its code and data loaded."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext

from bench.running.attempt import Result, Stopwatch, Task
from bench.running.process import WorkerProcess
from bench.store.records import Cell
from methods.registry import ProgressCallback

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that torch, BLAS and OpenMP read when they load."""
_MAX_WAITING = 2
"""Number of processes with the same variables that wait while a new one starts. A run of our methods and two
third-party classes takes them in turn for each seed: each class has its process, and none loads its libraries again."""


class Pool:
    """Runs each cell in a waiting process, or in a new one. A process runs one cell at a time."""

    def __init__(self, idle_seconds: float = threading.TIMEOUT_MAX) -> None:
        """`idle_seconds`: a process that has waited so long for a cell is ended."""
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._waiting: dict[WorkerProcess, threading.Timer] = {}
        self._busy: set[WorkerProcess] = set()
        self._failed: set[str] = set()
        self._is_closed = False

    def run(
        self,
        task: Task,
        variables: Mapping[str, str],
        progress: ProgressCallback,
        watched: Callable[[WorkerProcess], AbstractContextManager[None]] = lambda process: nullcontext(),
    ) -> Result:
        """Run a cell to its end, in the thread of the caller.

        `variables`: environment variables of the process. `watched` makes a context for the run, which may kill the
        process. Raises CancelledError if the pool is closed.
        """
        watch = Stopwatch(task)
        threads = dict.fromkeys(_THREAD_VARIABLES, str(task.environment.threads))
        process = self._take(task.cell, {**threads, **variables})
        try:
            with watched(process):
                result = process.run(watch, progress)
        finally:
            self._put_back(process)
        if result.attempt.ending != "ok":
            self._failed.add(task.cell.key)
        return result

    def close(self) -> None:
        """End all processes, whether they run or wait."""
        with self._lock:
            self._is_closed = True
            for process in self._busy:
                process.kill()
        for process in list(self._waiting):
            self._end(process)

    def _take(self, cell: Cell, variables: Mapping[str, str]) -> WorkerProcess:
        """A waiting process that may run the cell; otherwise a new one, for which those that waited longest may end."""
        with self._lock:
            same = [process for process in self._waiting if process.variables == variables]
            fit = [process for process in same if self._may_run(process, cell)]
            if fit:
                process = fit[0]
                self._waiting.pop(process).cancel()
                self._busy.add(process)
                return process
        for process in same[: max(0, len(same) - _MAX_WAITING)]:
            self._end(process)
        with self._lock:
            if self._is_closed:
                raise CancelledError
            process = WorkerProcess(variables)
            self._busy.add(process)
            return process

    def _may_run(self, process: WorkerProcess, cell: Cell) -> bool:
        """Whether the cell gets from this process what it would get from a new one.

        A third-party class may change its process in any way, so its process runs no other method. A cell that failed
        gets a new process, because the cause may lie in the cells before it.
        """
        last = process.last
        same = last is None or last.method == cell.method or not (last.is_third_party or cell.is_third_party)
        return process.lives and same and cell.key not in self._failed

    def _put_back(self, process: WorkerProcess) -> None:
        with self._lock:
            self._busy.discard(process)
            timer = threading.Timer(min(self._idle_seconds, threading.TIMEOUT_MAX), self._end, [process])
            timer.daemon = True
            self._waiting[process] = timer
            is_kept = process.is_ready and not self._is_closed
            if is_kept:
                timer.start()
        if not is_kept:
            self._end(process)

    def _end(self, process: WorkerProcess) -> None:
        """End a process that waits; if it does not wait any more, do nothing."""
        with self._lock:
            timer = self._waiting.pop(process, None)
        if timer is not None:
            timer.cancel()
            process.end()
