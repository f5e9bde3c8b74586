"""The code that a Dask worker runs: one cell in a worker process of this project, which then waits for the next cell.

If the worker sees the results folder of the driver process, the cell uses the pretrained weights there. Otherwise the
weights travel with the cell, and weights that the cell makes travel back.
"""

import platform
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.running.attempt import Stopwatch, Task
from bench.running.pool import Pool
from bench.running.process import WorkerProcess
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
        watched = partial(_killed_if_cancelled, worker, name)
        result = _POOL.run(task, {}, at_most_every(0.5, send_progress), watched)
        new_weights = path.read_bytes() if travels and weights is None and path.exists() else None
    return encode(result), new_weights


@contextmanager
def _killed_if_cancelled(worker: Any, name: str, process: WorkerProcess) -> Iterator[None]:
    """Kill the process if the scheduler takes the cell from this worker, for example after the driver process ended."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_SECONDS):
            state = worker.state.tasks.get(name)
            if state is None or state.state in ("cancelled", "released", "forgotten", "error"):
                process.kill()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ended.set()
