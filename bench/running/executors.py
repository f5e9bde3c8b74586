"""Where cells run: in this process, or each in a process of its own. One interface, that of concurrent.futures."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol

from bench.datasets.catalogue import locate
from bench.datasets.images import ImageData
from bench.machine.threads import limited_threads
from bench.running.fitting import Result, Settings, pretraining_key, run_cell
from bench.running.process import NO_LIMITS, CellProcess, Limits
from bench.running.wire import Task, unpack
from bench.store.records import Cell
from bench.store.store import Store
from methods.registry import ProgressCallback


class Executor(Protocol):
    """Runs cells; used in a `with` statement, at whose end nothing runs any more."""

    @property
    def slots(self) -> int:
        """How many cells run at once."""
        ...

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Start a cell. Whatever goes wrong with it is in its attempt."""
        ...


@dataclass(frozen=True)
class Job:
    """What the cells of one run have in common."""

    data: ImageData
    store: Store
    settings: Settings
    limits: Limits = NO_LIMITS

    def task(self, cell: Cell, elsewhere: bool) -> Task:
        """What a process must know to run the cell; `elsewhere`: one that another machine may start."""
        key = pretraining_key(cell, self.data, self.settings)
        place = locate(self.data.name)
        return Task(
            cell=cell,
            dataset=place.id if place.kind == "folder" else self.data.name,  # wherever the process is started
            split=self.data.split,
            digest=self.data.digest,
            environment=self.settings.environment,
            elsewhere=elsewhere,
            code=self.settings.code,
            weights=None if key is None else str(self.store.pretrained_path(key).resolve()),
            memory_bytes=self.limits.memory_bytes,
        )


class Here(AbstractContextManager["Here"]):
    """One cell at a time, in this process, without limits."""

    slots = 1

    def __init__(self, job: Job) -> None:
        self.job = job

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        job = self.job
        key = pretraining_key(cell, job.data, job.settings)
        weights = None if key is None else job.store.pretrained_path(key)
        future: Future[Result] = Future()
        with limited_threads(job.settings.environment.threads):
            future.set_result(run_cell(cell, job.data, weights, job.settings, progress))
        return future

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        pass


class Processes(AbstractContextManager["Processes"]):
    """Several cells at once on this machine, each in a process of its own."""

    def __init__(self, job: Job, slots: int, devices: tuple[str, ...] = ()) -> None:
        """`devices`: the GPUs, as CUDA_VISIBLE_DEVICES names them, that the cells take turns on."""
        self.job = job
        self.slots = slots
        self._waiters = ThreadPoolExecutor(slots, thread_name_prefix="cell")
        self._running: set[CellProcess] = set()
        self._places: SimpleQueue[Mapping[str, str]] = SimpleQueue()
        for slot in range(slots):
            self._places.put({"CUDA_VISIBLE_DEVICES": devices[slot % len(devices)]} if devices else {})

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        return self._waiters.submit(self._run, cell, progress)

    def _run(self, cell: Cell, progress: ProgressCallback) -> Result:
        place = self._places.get()
        process = CellProcess(self.job.task(cell, elsewhere=False), self.job.limits.seconds, place)
        self._running.add(process)
        try:
            outcome = process.run(progress)
            return Result(outcome.attempt, outcome.record, unpack(outcome.arrays))
        finally:
            self._running.discard(process)
            self._places.put(place)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for process in list(self._running):
            process.kill()
        self._waiters.shutdown(cancel_futures=True)
