"""Executors of cells on this machine: in this process, or in worker processes."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from bench.machine.gpu_turns import GpuTurns
from bench.machine.interrupt import check, interruptible
from bench.machine.threads import limited_threads
from bench.running.attempt import Result
from bench.running.fitting import run_cell
from bench.running.gpu_cells import on_gpu
from bench.running.job import Job
from bench.running.pool import Pool
from bench.store.records import Cell, show_params
from methods import registry
from methods.registry import ProgressCallback


class Executor(Protocol):
    """Runs cells. The end of its `with` statement ends all cells that still run."""

    @property
    def slots(self) -> int:
        """Number of cells that run at once."""

    def can_start(self, cell: Cell) -> bool:
        """Whether a free slot can take this cell now."""

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Start a cell. If the cell fails, the attempt in the result has the error."""


class InProcess(AbstractContextManager["InProcess"]):
    """Runs one cell at a time in this process: cells of our own methods, without limits, and not on CUDA."""

    slots = 1

    def __init__(self, job: Job) -> None:
        self.job = job
        self._limits = ExitStack()
        self._kinds: set[tuple[str | None, ...]] = set()
        """The kinds of cells whose libraries have the limit of threads."""

    def can_start(self, cell: Cell) -> bool:
        """True."""
        return True

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
        self._limits.close()


class Processes(AbstractContextManager["Processes"]):
    """Runs several cells at once on this machine, each in a worker process. Each GPU has one cell at a time."""

    def __init__(self, job: Job, slots: int, warn: Callable[[str], None] = lambda line: None) -> None:
        """`warn` receives a line if a cell waits for a GPU that another command uses."""
        self.job = job
        self.slots = slots
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="cell")
        self._pool = Pool()
        self._turns = GpuTurns(job.gpus, warn)
        self._on_gpus: set[Future[Result]] = set()
        """The cells that have a GPU or wait for it, and cells that have ended."""

    def can_start(self, cell: Cell) -> bool:
        """Whether a GPU is left for the cell, if it may use one."""
        self._on_gpus = {future for future in self._on_gpus if not future.done()}
        return not self._needs_gpu(cell) or len(self._on_gpus) < len(self.job.gpus)

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Start the cell as soon as a slot is free."""
        if not self._needs_gpu(cell):
            return self._threads.submit(self._pool.run, self.job.task(cell), {}, progress)
        future = self._threads.submit(self._run_on_gpu, cell, progress)
        self._on_gpus.add(future)
        return future

    def _needs_gpu(self, cell: Cell) -> bool:
        return bool(self.job.gpus) and registry.may_use_gpu(cell.implementation)

    def _run_on_gpu(self, cell: Cell, progress: ProgressCallback) -> Result:
        with self._turns.one() as gpu:
            return self._pool.run(*on_gpu(self.job.task(cell), gpu), progress)

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._turns.close()
        self._pool.close()
        self._threads.shutdown()
