"""The process of one cell: `python -m bench.running.worker` reads a task, then writes its progress and its result."""

import os
import platform
import sys
import threading
from typing import BinaryIO

import msgspec

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.machine.allocator import keep_freed_memory
from bench.machine.code import code_version
from bench.machine.environment import describe_environment
from bench.machine.memory import limit_memory, peak_bytes
from bench.running.attempt import Result, Stopwatch, Task
from bench.running.fitting import run_cell
from bench.running.wire import ProgressFrame, at_most_every, receive, send
from bench.store.records import Failure
from methods import registry
from methods.registry import ProgressCallback


def main() -> None:
    """Run the cell of the task on standard input."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # text that a method prints goes to standard error, not between the frames
    task = receive(requests)
    if not isinstance(task, Task):
        return
    threading.Thread(target=_exit_with_driver, args=(requests,), daemon=True).start()
    send_progress = at_most_every(0.1, lambda progress: send(replies, ProgressFrame(progress, peak_bytes())))
    send(replies, _run(task, send_progress))


def _run(task: Task, progress: ProgressCallback) -> Result:
    watch = Stopwatch(task)
    keep_freed_memory()
    try:
        task = _with_own_environment(task)
        data = _load(task)
        registry.preload(task.cell.method, task.cell.preset, task.cell.params)
        if task.limits.memory_bytes is not None:  # after all libraries: a failed load can end the process
            limit_memory(task.limits.memory_bytes)
        return run_cell(task, data, progress)
    except MemoryError as error:
        failure = Failure(type="MemoryError", message=str(error))
        return Result(watch.ended("out of memory", failure, pid=os.getpid(), peak=peak_bytes()))
    except (UsageError, registry.MethodError) as error:
        failure = Failure(type=type(error).__name__, message=str(error))
        return Result(watch.ended("failed", failure, pid=os.getpid()))


def _with_own_environment(task: Task) -> Task:
    """The task with the environment of this process, which may differ from the driver's on a cluster.

    Raises UsageError if this installation has another code version than the task.
    """
    code = code_version()
    if code != task.code:
        raise UsageError(
            f"worker {platform.node()} has code version {code} of the methods, expected {task.code}, the version of "
            "the driver process; run all cells with one version."
        )
    if not task.on_cluster:
        return task
    environment = describe_environment(task.environment.threads, task.environment.device or "auto")
    return msgspec.structs.replace(task, environment=environment)


def _load(task: Task) -> ImageData:
    data = load(task.dataset, task.split)
    if data.digest != task.digest:
        raise UsageError(
            f"data set '{task.dataset}' ({task.split}) changed during the run: expected digest {task.digest[:12]}, "
            f"got {data.digest[:12]}"
        )
    return data


def _exit_with_driver(requests: BinaryIO) -> None:
    """Exit when standard input ends, because then the driver process has ended."""
    requests.read()
    os._exit(1)


if __name__ == "__main__":
    main()
