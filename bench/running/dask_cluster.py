"""Cells on a Dask cluster: each in a process of its own on a worker, and told of through the scheduler.

A worker that shares the results folder with the driver uses the pretrained weights there; to any other one they travel
with the cell, and back. Records and arrays always travel back: the driver alone writes the store.
"""

import logging
import platform
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import astuple, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any
from uuid import uuid4

import msgspec

from bench.errors import UsageError
from bench.machine.threads import choose_threads
from bench.running.executors import Job
from bench.running.fitting import Result, Stopwatch
from bench.running.process import CellProcess
from bench.running.wire import Outcome, Task, unpack
from bench.store.files import atomic_write
from bench.store.records import Attempt, Cell, Environment, Failure
from methods.registry import Progress, ProgressCallback

MOST_LOSSES = 3
"""Workers that may die under a cell before it counts as its killer."""
_CONNECT_SECONDS = 10
_PATIENCE_SECONDS = 5
_REPORT_SECONDS = 0.5
_POLL_SECONDS = 1.0


class ClusterLostError(Exception):
    """The scheduler is gone."""


@dataclass
class _Submitted:
    """A cell on its way."""

    progress: ProgressCallback
    future: Future[Result]
    watch: Stopwatch
    remote: Any = None
    starts: list[dict[str, Any]] = field(default_factory=list)
    """Where it was started: the first time and, after a worker was lost, again."""


class DaskConnection(AbstractContextManager["DaskConnection"]):
    """A client of a Dask scheduler; used in a `with` statement."""

    def __init__(self, address: str) -> None:
        """`address`: of a scheduler, or `local:N` for N workers of one thread on this machine.

        Raises UsageError if there is no such cluster, or no package to speak to it with.
        """
        self.address = address
        self.cluster, self.client = _connect(address)

    def environment(self, threads: int | None, device: str, tell: Callable[[str], None]) -> Environment:
        """That of a worker, waiting for one; `threads` None: its share of the cores of its machine.

        `tell` gets a line if there is no worker yet. Raises UsageError if the worker has no such device or not this
        project, ClusterLostError if the scheduler is gone.
        """
        with self.asking():
            try:
                self.client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
            except TimeoutError:
                tell(f"the Dask cluster at {self.address} has no worker yet; waiting for one.")
                self.client.wait_for_workers(1)
            # Of the standard library, so that a worker without this project can answer, too.
            if self.client.submit(find_spec, "bench", pure=False).result() is None:
                raise UsageError(f"a worker of the Dask cluster at {self.address} has no dec-bench installed.")
            at_once: Counter[str] = Counter()  # cells, on each machine
            for worker in self.client.scheduler_info(n_workers=-1)["workers"].values():
                at_once[worker["host"]] += worker["nthreads"]
            most = max(at_once.values())
            found, error = self.client.submit(describe_worker, threads, most, device, pure=False).result()
        if error:
            raise UsageError(f"a worker of the Dask cluster at {self.address}: {error}")
        return msgspec.json.decode(found, type=Environment)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Raise ClusterLostError for whatever says that the scheduler does not answer."""
        try:
            yield
        except OSError as error:  # CommClosedError and TimeoutError are some, too
            raise ClusterLostError(f"the Dask scheduler at {self.address} is gone") from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.client.close(timeout=_CONNECT_SECONDS)
        if self.cluster is not None:
            self.cluster.close(timeout=_CONNECT_SECONDS)


class DaskCluster(AbstractContextManager["DaskCluster"]):
    """As many cells at once as the workers have threads."""

    def __init__(self, job: Job, connection: DaskConnection) -> None:
        self.job = job
        self._connection = connection
        self._client = connection.client
        self._topic = f"dec-bench-{uuid4().hex}"
        self._submitted: dict[str, _Submitted] = {}
        with connection.asking():
            self._client.subscribe_topic(self._topic, self._hear)
        self._here = job.store.results_dir.resolve() / f".here-{uuid4().hex}"
        atomic_write(self._here, lambda file: None)

    @property
    def slots(self) -> int:
        with self._connection.asking():
            n_threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(n_threads.values()))

    def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
        task = self.job.task(cell, elsewhere=True)
        name = f"{cell.key}-{uuid4().hex[:8]}"
        future: Future[Result] = Future()
        submitted = _Submitted(progress, future, task.watch())
        self._submitted[name] = submitted
        weights = Path(task.weights).read_bytes() if task.weights and Path(task.weights).exists() else None
        with self._connection.asking():
            submitted.remote = self._client.submit(
                run_on_worker,
                msgspec.msgpack.encode(task),
                weights,
                str(self._here),
                self.job.limits.seconds,
                self._topic,
                name,
                key=name,
                pure=False,
                resources=self._resources(),
            )
        submitted.remote.add_done_callback(lambda remote: self._ended(name, task, remote))
        return future

    def _resources(self) -> dict[str, int] | None:
        """A GPU, where networks train on one and workers say that they have some."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        declared = any("GPU" in (worker.get("resources") or {}) for worker in workers)
        return {"GPU": 1} if self.job.settings.environment.device == "cuda" and declared else None

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        message = event[1]
        submitted = self._submitted.get(message["name"])
        if submitted is None:
            return
        if message["what"] == "start":
            submitted.starts.append(message)
            if len(submitted.starts) == MOST_LOSSES + 1:  # in a thread: here it would be a coroutine for nobody
                threading.Thread(target=submitted.remote.cancel, kwargs={"force": True}).start()
        else:
            submitted.progress(Progress(*message["report"]))

    def _ended(self, name: str, task: Task, remote: Any) -> None:
        submitted = self._submitted.pop(name)
        try:
            submitted.future.set_result(self._result(submitted, task, remote))
        except ClusterLostError as error:
            submitted.future.set_exception(error)
        except Exception as error:  # what a worker of another version says, or does not understand
            message = f"{error}; has every worker the same version of dec-bench?"
            failure = Failure(type=type(error).__name__, message=message, traceback="")
            submitted.future.set_result(Result(submitted.watch.ended("failed", failure)))

    def _result(self, submitted: _Submitted, task: Task, remote: Any) -> Result:
        from distributed import KilledWorker

        lost = [self._lost(submitted, start) for start in submitted.starts[:-1]]
        if remote.status == "finished":
            content, weights = remote.result()
            if weights is not None and task.weights is not None and not Path(task.weights).exists():
                atomic_write(Path(task.weights), lambda file: file.write(weights))
            outcome = msgspec.msgpack.decode(content, type=Outcome)
            return Result(outcome.attempt, outcome.record, unpack(outcome.arrays), lost)
        error = remote.exception() if remote.status == "error" else None
        if isinstance(error, KilledWorker) or len(submitted.starts) > MOST_LOSSES:
            attempts = [self._lost(submitted, start) for start in submitted.starts[:MOST_LOSSES]]
            if not attempts:
                message = "its workers were lost before they began; have they dec-bench installed?"
                failure = Failure(type="WorkerLostError", message=message, traceback="")
                attempts = [submitted.watch.ended("lost worker", failure)]
            return Result(attempts[-1], lost=attempts[:-1])
        if error is not None:
            raise error
        raise ClusterLostError(f"the Dask scheduler at {self._connection.address} is gone")

    def _lost(self, submitted: _Submitted, start: dict[str, Any]) -> Attempt:
        message = f"worker {start['worker']} was lost"
        failure = Failure(type="WorkerLostError", message=message, traceback="")
        attempt = submitted.watch.ended("lost worker", failure)
        return msgspec.structs.replace(attempt, host=start["host"], started_at=start["at"])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._here.unlink(missing_ok=True)
        with suppress(OSError):  # of a scheduler that is gone
            for submitted in list(self._submitted.values()):
                if submitted.remote is not None:
                    submitted.remote.cancel(force=True)


def _connect(address: str) -> tuple[Any, Any]:
    """A cluster, if one had to be made, and a client of it."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("--dask needs the package distributed; pip install 'dec-bench[cluster]'.") from None
    for name in ("distributed", "distributed.client"):  # what goes wrong is said in one line, without their tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL)
    kind, _, count = address.partition(":")
    if kind == "local":
        if not (count.isascii() and count.isdigit()) or int(count) < 1:
            raise UsageError(f"--dask {address} is not valid; expected local:N with N from 1 up.")
        cluster = LocalCluster(  # listens on the loopback interface alone
            n_workers=int(count),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
        return cluster, Client(cluster)
    try:
        return None, Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError, TypeError, RuntimeError) as error:  # TypeError: TLS without certificates
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"--dask {address}: no Dask scheduler answers there ({reason}).") from None


def describe_worker(threads: int | None, at_once: int, device: str) -> tuple[bytes, str]:
    """The environment of one of so many cells on this machine, as JSON, or why there is none. Runs on a worker."""
    command = [sys.executable, "-m", "bench.machine.environment", str(choose_threads(threads, at_once)), device]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout, done.stderr.decode(errors="replace").strip() if done.returncode else ""


def run_on_worker(
    content: bytes, weights: bytes | None, here: str, seconds: float | None, topic: str, name: str
) -> tuple[bytes, bytes | None]:
    """Run a cell in a process of its own, which ends when the driver no longer wants it. Runs on a Dask worker."""
    from distributed import get_worker

    worker = get_worker()
    task = msgspec.msgpack.decode(content, type=Task)
    where = {"worker": worker.address, "host": platform.node(), "at": task.watch().started_at}
    worker.log_event(topic, {"what": "start", "name": name, **where})
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        if progress.done >= progress.total or monotonic() - last > _REPORT_SECONDS:
            last = monotonic()
            worker.log_event(topic, {"what": "progress", "name": name, "report": astuple(progress)})

    with tempfile.TemporaryDirectory() as folder:
        shared = Path(here).exists()
        if task.weights is not None and not shared:
            task = msgspec.structs.replace(task, weights=str(Path(folder) / Path(task.weights).name))
            if weights is not None:
                Path(str(task.weights)).write_bytes(weights)
        process = CellProcess(task, seconds, {})
        over = threading.Event()
        threading.Thread(target=_watch, args=(worker, name, process, over), daemon=True).start()
        try:
            outcome = process.run(report)
        finally:
            over.set()
        made = None
        if task.weights is not None and not shared and weights is None and Path(task.weights).exists():
            made = Path(task.weights).read_bytes()
    return msgspec.msgpack.encode(outcome), made


def _watch(worker: Any, name: str, process: CellProcess, over: threading.Event) -> None:
    """Kill the process when the scheduler has taken the cell from this worker, as when its driver is gone."""
    while not over.wait(_POLL_SECONDS):
        state = worker.state.tasks.get(name)
        if state is None or state.state in ("cancelled", "released", "forgotten", "error"):
            process.kill()
            return
