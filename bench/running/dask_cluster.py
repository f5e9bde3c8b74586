"""The executor of cells on a Dask cluster. Results travel back to the driver process, which alone writes records."""

import threading
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from bench.running.attempt import Result, Stopwatch
from bench.running.dask_connection import ClusterLostError, DaskConnection
from bench.running.dask_worker import run_on_worker
from bench.running.job import Job
from bench.running.wire import decode, encode
from bench.store.files import atomic_write
from bench.store.records import Attempt, Cell, Failure
from methods import registry
from methods.registry import Progress, ProgressCallback

MAX_LOST_WORKERS = 3
"""A cell that has lost this many workers counts as failed: it probably ends them."""


@dataclass
class _Submitted:
    """A cell that was sent to the scheduler."""

    watch: Stopwatch
    progress: ProgressCallback
    future: Future[Result]
    remote: Any = None
    """Dask's future; None until the scheduler has the cell."""
    starts: list[dict[str, Any]] = field(default_factory=list)
    """The start events: a second one follows the loss of the first worker."""


class DaskCluster(AbstractContextManager["DaskCluster"]):
    """Runs as many cells at once as the workers have threads."""

    def __init__(self, job: Job, connection: DaskConnection) -> None:
        self.job = job
        self._connection = connection
        self._client = connection.client
        self._topic = f"dec-bench-{uuid4().hex}"
        self._submitted: dict[str, _Submitted] = {}
        with connection.lost_if_silent():
            self._client.subscribe_topic(self._topic, self._handle_event)
        self._marker = job.store.results_dir.resolve() / f".here-{uuid4().hex}"
        atomic_write(self._marker, b"")

    @property
    def slots(self) -> int:
        """Number of cells that run at once."""
        with self._connection.lost_if_silent():
            n_threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(n_threads.values()))

    def can_start(self, cell: Cell) -> bool:
        """True: the scheduler of the cluster gives cells to workers, also those that declare a GPU."""
        return True

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        """Send the cell to the scheduler. Raises ClusterLostError if it does not answer."""
        task = self.job.task(cell, on_cluster=True)
        name = f"{cell.key}-{uuid4().hex[:8]}"
        future: Future[Result] = Future()
        submitted = self._submitted[name] = _Submitted(Stopwatch(task), progress, future)
        weights = Path(task.weights).read_bytes() if task.weights and Path(task.weights).exists() else None
        arguments = encode(task), weights, str(self._marker), self._topic, name
        with self._connection.lost_if_silent():
            submitted.remote = self._client.submit(
                run_on_worker, *arguments, key=name, pure=False, resources=self._resources(cell)
            )
        submitted.remote.add_done_callback(lambda remote: self._ended(name, remote))
        return future

    def _resources(self, cell: Cell) -> dict[str, int] | None:
        """One GPU, if the cell may use a GPU and the workers declare theirs."""
        if not (self.job.environment.device or "").startswith("cuda") or not registry.may_use_gpu(cell.implementation):
            return None
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        declared = any("GPU" in (worker.get("resources") or {}) for worker in workers)
        return {"GPU": 1} if declared else None

    def _handle_event(self, event: tuple[float, dict[str, Any]]) -> None:
        message = event[1]
        submitted = self._submitted.get(message["name"])
        if submitted is None:
            return
        if message["kind"] == "start":
            submitted.starts.append(message)
            if len(submitted.starts) == MAX_LOST_WORKERS + 1:  # in a thread: here it would be a coroutine, not awaited
                threading.Thread(target=submitted.remote.cancel, kwargs={"force": True}).start()
        else:
            submitted.progress(Progress(*message["progress"]))

    def _ended(self, name: str, remote: Any) -> None:
        submitted = self._submitted.pop(name)
        try:
            submitted.future.set_result(self._result(submitted, remote))
        except ClusterLostError as error:
            submitted.future.set_exception(error)
        except Exception as error:  # a worker of another version may raise any error
            message = f"{error}; does every worker have the same version of dec-bench?"
            failure = Failure(type=type(error).__name__, message=message)
            submitted.future.set_result(Result(submitted.watch.ended("failed", failure)))

    def _result(self, submitted: _Submitted, remote: Any) -> Result:
        from distributed import KilledWorker

        if remote.status == "finished":
            content, weights = remote.result()
            path = submitted.watch.task.weights
            if weights is not None and path is not None and not Path(path).exists():
                atomic_write(Path(path), weights)
            result = decode(content)
            assert isinstance(result, Result)
            result.lost = [_lost_attempt(submitted, start) for start in submitted.starts[:-1]]
            return result
        error = remote.exception() if remote.status == "error" else None
        if isinstance(error, KilledWorker) or len(submitted.starts) > MAX_LOST_WORKERS:
            attempts = [_lost_attempt(submitted, start) for start in submitted.starts[:MAX_LOST_WORKERS]]
            if not attempts:
                message = "its workers were lost before the cell started; is dec-bench installed on the workers?"
                attempts = [submitted.watch.ended("lost worker", Failure(type="WorkerLostError", message=message))]
            return Result(attempts[-1], lost=attempts[:-1])
        if error is not None:
            raise error
        raise ClusterLostError(f"the Dask scheduler at {self._connection.address} does not answer any more")

    def __exit__(self, *error: object) -> None:
        self._marker.unlink(missing_ok=True)
        running = [submitted.remote for submitted in list(self._submitted.values()) if submitted.remote is not None]
        with suppress(OSError):  # the scheduler does not answer any more
            self._client.cancel(running, force=True)


def _lost_attempt(submitted: _Submitted, start: dict[str, Any]) -> Attempt:
    failure = Failure(type="WorkerLostError", message=f"worker {start['worker']} was lost")
    attempt = submitted.watch.ended("lost worker", failure)
    return msgspec.structs.replace(attempt, host=start["host"], started_at=start["started_at"])
