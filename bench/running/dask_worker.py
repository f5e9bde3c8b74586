"""The code that a Dask worker runs: one cell in a worker process of this project, which then waits for the next cell.

A cell that may use a GPU with CUDA waits until no other cell of its machine uses it, also if the workers do not declare
their GPUs to Dask.

If the worker sees the results folder of the driver process, the cell uses the pretrained weights there. Otherwise the
weights travel with the cell, and weights that the cell makes travel back.
"""

import logging
import platform
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from bench.machine.environment import describe_machine
from bench.machine.gpu_turns import GpuTurns
from bench.machine.gpus import Gpu
from bench.running.attempt import Stopwatch, Task
from bench.running.gpu_cells import needs_gpu, on_gpu
from bench.running.pool import Pool
from bench.running.wire import at_most_every, decode, encode
from methods.registry import Progress

_POLL_SECONDS = 1.0
_POOL = Pool(idle_seconds=60)
"""The processes of this Dask worker. They end after a minute without a cell, because the driver may have ended."""


def run_on_worker(
    content: bytes, weights: bytes | None, marker: str, topic: str, name: str
) -> tuple[bytes, bytes | None]:
    """Run a task and return its encoded result, and new pretrained weights if they must travel back.

    `content` is the encoded task. `weights` are the pretrained weights of the driver process, if they exist. `marker`
    is the path of a file in the results folder: the worker shares the folder if it finds the file. The worker logs
    events under `topic` at the scheduler; `name` in them is the name of the cell there.
    """
    from distributed import get_worker

    worker = get_worker()
    task = decode(content)
    assert isinstance(task, Task)
    origin = {"worker": worker.address, "host": platform.node(), "started_at": Stopwatch(task).started_at}
    worker.log_event(topic, {"kind": "start", "name": name, **origin})

    def send_progress(progress: Progress) -> None:
        worker.log_event(topic, {"kind": "progress", "name": name, "progress": astuple(progress)})

    # Dask removes what a killed worker left in this directory.
    with tempfile.TemporaryDirectory(dir=worker.local_directory) as folder:
        travels = task.weights is not None and not Path(marker).exists()
        path = Path(task.weights or "")
        if travels:
            path = Path(folder) / path.name
            task = msgspec.structs.replace(task, weights=str(path))
            if weights is not None:
                path.write_bytes(weights)
        cancelled = partial(_ended_if_cancelled, worker, name)
        with _turn(task, cancelled) as (task, variables):
            result = _POOL.run(
                task, variables, at_most_every(0.5, send_progress), lambda process: cancelled(process.kill)
            )
        new_weights = path.read_bytes() if travels and weights is None and path.exists() else None
    return encode(result), new_weights


@contextmanager
def _turn(
    task: Task, cancelled: Callable[[Callable[[], None]], AbstractContextManager[None]]
) -> Iterator[tuple[Task, dict[str, str]]]:
    """Context that has a GPU of this worker for itself if the cell may use one; the task and variables of its process.

    `cancelled` makes a context that calls a function if the cell is taken from this worker.
    """
    gpus = _gpus(task.environment.device or "") if needs_gpu(task) else ()
    if not gpus:
        yield task, {}
        return
    turns = GpuTurns(gpus, logging.getLogger("distributed.worker").warning)
    with cancelled(turns.close), turns.one() as gpu:
        yield on_gpu(task, gpu)


@cache
def _gpus(device: str) -> tuple[Gpu, ...]:
    """The GPUs that this worker may use. A process of its own looks, so that no memory of a GPU is kept here."""
    return describe_machine(1, device).gpus


@contextmanager
def _ended_if_cancelled(worker: Any, name: str, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` if the scheduler takes the cell from this worker, for example after the driver process ended."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_SECONDS):
            state = worker.state.tasks.get(name)
            if state is None or state.state in ("cancelled", "released", "forgotten", "error"):
                end()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ended.set()
