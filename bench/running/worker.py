"""The process of one cell: `python -m bench.running.worker` reads a task and writes its progress and its result."""

import os
import platform
import sys
import threading
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.machine.allocator import keep_freed_memory
from bench.machine.code import code_version
from bench.machine.environment import describe_environment
from bench.machine.memory import limit_memory, peak_bytes
from bench.running.fitting import Result, Settings, run_cell
from bench.running.wire import Outcome, Report, Task, pack, receive, send
from bench.store.records import Failure
from methods import registry
from methods.registry import Progress, ProgressCallback

_REPORT_SECONDS = 0.1
"""Pause between two reports."""


def main() -> None:
    """Run the cell."""
    orders, reports = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a method prints goes where errors go, not between the frames
    task = receive(orders)
    if not isinstance(task, Task):
        return
    threading.Thread(target=_end_with_the_driver, args=(orders,), daemon=True).start()
    result = _run(task, _reporter(reports))
    send(reports, Outcome(attempt=result.attempt, record=result.record, arrays=pack(result.arrays)))


def _run(task: Task, progress: ProgressCallback) -> Result:
    watch = task.watch()
    keep_freed_memory()
    weights = None if task.weights is None else Path(task.weights)
    try:
        settings = _settings(task)
        data = _load(task)
        registry.preload(task.cell.method, task.cell.preset, task.cell.params)
        if task.memory_bytes is not None:  # all libraries are there: one that cannot be loaded may end the process
            limit_memory(task.memory_bytes)
        return run_cell(task.cell, data, weights, settings, progress)
    except MemoryError as error:
        failure = Failure(type="MemoryError", message=str(error), traceback="")
        return Result(watch.ended("out of memory", failure, pid=os.getpid(), peak=peak_bytes()))
    except (UsageError, registry.MethodError) as error:
        failure = Failure(type=type(error).__name__, message=str(error), traceback="")
        return Result(watch.ended("failed", failure, pid=os.getpid()))


def _settings(task: Task) -> Settings:
    """How the cell is to run, with the environment that it really runs in."""
    code = code_version()
    if code != task.code:
        raise UsageError(
            f"worker {platform.node()} has methods of code version {code}, the driver {task.code}; run all cells with "
            "the same version."
        )
    if not task.elsewhere:
        return task.settings
    asked = task.environment
    return Settings(environment=describe_environment(asked.threads, asked.device or "auto"), code=code)


def _load(task: Task) -> ImageData:
    data = load(task.dataset, task.split)
    if data.digest != task.digest:
        raise UsageError(
            f"data set '{task.dataset}' ({task.split}) changed during the run: expected digest {task.digest[:12]}, "
            f"got {data.digest[:12]}"
        )
    return data


def _end_with_the_driver(orders: BinaryIO) -> None:
    """The input ends when the driver does, however it ends."""
    orders.read()
    os._exit(1)


def _reporter(reports: BinaryIO) -> ProgressCallback:
    """A progress that is sent on, not too often; the end of a phase always is."""
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        if progress.done >= progress.total or monotonic() - last > _REPORT_SECONDS:
            last = monotonic()
            send(reports, Report(progress, peak_bytes()))

    return report


if __name__ == "__main__":
    main()
