"""Executors of cells on this machine: in this process, or in worker processes."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from queue import SimpleQueue
from typing import Protocol

import psutil

from bench.machine.family import end_family
from bench.machine.interrupt import check, interruptible
from bench.machine.threads import limited_threads
from bench.running.attempt import Result
from bench.running.fitting import run_cell
from bench.running.job import Job
from bench.running.pool import Pool
from bench.store.records import Cell, show_params
from methods.registry import ProgressCallback


class Executor(Protocol):
    """Runs cells. The end of its `with` statement ends all cells that still run."""

    @property
    def slots(self) -> int:
        """Number of cells that run at once."""

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Start a cell. If the cell fails, the attempt in the result has the error."""


class InProcess(AbstractContextManager["InProcess"]):
    """Runs one cell at a time in this process, without limits."""

    slots = 1

    def __init__(self, job: Job) -> None:
        self.job = job
        self._limits = ExitStack()
        self._children_before = set(psutil.Process().children())
        self._kinds: set[tuple[str | None, ...]] = set()
        """The kinds of cells whose libraries have the limit of threads."""

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Run the cell to its end."""
        future: Future[Result] = Future()
        kind = (cell.method, cell.preset, *show_params(cell.params))
        with interruptible():
            if kind not in self._kinds:
                self._limit_threads()
            future.set_result(run_cell(self.job.task(cell), self.job.data, progress))
            if kind not in self._kinds:  # the libraries that this cell has loaded
                self._limit_threads()
                self._kinds.add(kind)
        check()  # a library may have turned an interrupt into an error of the cell
        return future

    def _limit_threads(self) -> None:
        """Limit the threads of all loaded libraries until the end of the run. It takes several milliseconds."""
        self._limits.enter_context(limited_threads(self.job.environment.threads))

    def __exit__(self, *error: object) -> None:
        """End the processes that cells have started and left."""
        self._limits.close()
        for child in set(psutil.Process().children()) - self._children_before:
            end_family(child)


class Processes(AbstractContextManager["Processes"]):
    """Runs several cells at once on this machine, each in a worker process."""

    def __init__(self, job: Job, slots: int, devices: tuple[str, ...] = ()) -> None:
        """`devices`: the GPUs, named as in CUDA_VISIBLE_DEVICES. Each slot uses one of them, in turn."""
        self.job = job
        self.slots = slots
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="cell")
        self._pool = Pool()
        self._variables: SimpleQueue[Mapping[str, str]] = SimpleQueue()
        for slot in range(slots):
            self._variables.put({"CUDA_VISIBLE_DEVICES": devices[slot % len(devices)]} if devices else {})

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Start the cell as soon as a slot is free."""
        return self._threads.submit(self._run, cell, progress)

    def _run(self, cell: Cell, progress: ProgressCallback) -> Result:
        variables = self._variables.get()
        try:
            return self._pool.run(self.job.task(cell), variables, progress)
        finally:
            self._variables.put(variables)

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()
        self._threads.shutdown()
