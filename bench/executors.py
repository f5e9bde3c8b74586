"""Where cells run: in this process, or each in a process of its own. One interface, that of concurrent.futures."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic
from types import TracebackType
from typing import Any, Protocol

from bench.allocator import keep_freed_memory
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.fitting import Arrays, Progress, Settings, failed, run_cell
from bench.records import Cell, Failure, Record
from bench.store import Store
from bench.threads import limited_threads

Result = tuple[Record, Arrays]
_REPORT_SECONDS = 0.1
"""Pause between two reports of progress from a worker."""


class Executor(Protocol):
    """Runs cells; used in a `with` statement, at whose end nothing runs any more."""

    slots: int
    """How many cells run at once."""

    def submit(self, cell: Cell, progress: Progress) -> Future[Result]:
        """Start a cell. Whatever goes wrong with it is in its record."""
        ...


@dataclass(frozen=True)
class Job:
    """What the cells of one run have in common."""

    data: ImageData
    store: Store
    settings: Settings


class Here(AbstractContextManager["Here"]):
    """One cell at a time, in this process."""

    slots = 1

    def __init__(self, job: Job) -> None:
        self.job = job

    def submit(self, cell: Cell, progress: Progress) -> Future[Result]:
        future: Future[Result] = Future()
        with limited_threads(self.job.settings.environment.threads):
            future.set_result(run_cell(cell, self.job.data, self.job.store, self.job.settings, progress))
        return future

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        pass


class Processes(AbstractContextManager["Processes"]):
    """Several cells at once, each in a spawned process that ends with it, and at the latest with this one."""

    def __init__(self, job: Job, slots: int) -> None:
        self.job = job
        self.slots = slots
        self._waiters = ThreadPoolExecutor(slots, thread_name_prefix="cell")
        self._running: set[SpawnProcess] = set()

    def submit(self, cell: Cell, progress: Progress) -> Future[Result]:
        return self._waiters.submit(self._run, cell, progress)

    def _run(self, cell: Cell, progress: Progress) -> Result:
        """Start a process for the cell and listen to it until it ends."""
        job = self.job
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        source = _Source(job.data.name, job.data.split, job.data.digest)
        arguments = (theirs, source, job.store.results_dir, job.store.name, job.settings, cell)
        process = context.Process(target=_work, args=arguments, name=cell.key)
        process.start()
        theirs.close()  # so that the worker's end is the only one: when it dies, reading ends
        self._running.add(process)
        try:
            while True:
                what, content = ours.recv()
                if what == "result":
                    record, arrays = content
                    return record, arrays
                progress(*content)
        except EOFError:
            process.join()
            failure = Failure(type="WorkerLostError", message=_last_words(process.exitcode), traceback="")
            return failed(cell, job.data.digest, job.settings, failure), {}
        finally:
            process.join()
            self._running.discard(process)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for process in list(self._running):
            process.kill()
        self._waiters.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Source:
    """How a worker finds the data, which it maps into memory from the cache, and by what it knows them."""

    name: str
    split: str
    digest: str

    def load(self) -> ImageData:
        data = load(self.name, self.split)
        if data.digest != self.digest:
            raise UsageError(
                f"data set '{self.name}' ({self.split}) changed during the run: expected digest {self.digest[:12]}, "
                f"got {data.digest[:12]}"
            )
        return data


def _last_words(exit_code: int | None) -> str:
    """What became of a process.

    >>> _last_words(-9)
    'its process was killed by signal 9'
    """
    if exit_code is not None and exit_code < 0:
        return f"its process was killed by signal {-exit_code}"
    return f"its process ended without a result, exit code {exit_code}"


def _work(driver: Connection, source: _Source, results_dir: Any, name: str, settings: Settings, cell: Cell) -> None:
    """All that a worker does: run the cell, tell the driver how it goes on, then what came out."""
    _live_and_die_with_the_driver()
    keep_freed_memory()
    try:
        with limited_threads(settings.environment.threads):
            result = run_cell(cell, source.load(), Store(results_dir, name), settings, _reporter(driver))
    except UsageError as error:
        failure = Failure(type=type(error).__name__, message=str(error), traceback="")
        result = failed(cell, source.digest, settings, failure), {}
    driver.send(("result", result))


def _live_and_die_with_the_driver() -> None:
    """Leave Ctrl-C, which the terminal sends to all its processes, to the driver; end when it has ended."""
    if hasattr(os, "setsid"):  # not on Windows
        os.setsid()
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _reporter(driver: Connection) -> Callable[[str, float, float, float | None], None]:
    """A progress that is sent on, not too often; the end of a phase always is."""
    last = 0.0

    def progress(phase: str, done: float, total: float, loss: float | None) -> None:
        nonlocal last
        if done >= total or monotonic() - last > _REPORT_SECONDS:
            last = monotonic()
            driver.send(("progress", (phase, done, total, loss)))

    return progress
