"""A worker process: `python -m bench.running.worker` reads a task, sends its progress and its result, and so on."""

import gc
import os
import sys
import threading
from queue import SimpleQueue
from typing import BinaryIO

import psutil

from bench.errors import UsageError
from bench.machine.allocator import keep_freed_memory
from bench.machine.family import end_family
from bench.machine.gpu_memory import gpu_peak_bytes
from bench.machine.memory import limited_memory, peak_bytes
from bench.machine.reply_streams import own_streams
from bench.running.attempt import Result, Stopwatch, Task
from bench.running.fitting import run_cell
from bench.running.prepared import Prepared
from bench.running.tail import CELL_MARK
from bench.running.traces import Traces
from bench.running.wire import FrameError, ProgressFrame, Ready, at_most_every, receive, send
from bench.store.records import Failure
from methods import registry
from methods.registry import ProgressCallback


def main() -> None:
    """Run the tasks on standard input one after the other, until a cell leaves traces or standard input ends."""
    requests, replies = own_streams()
    tasks: SimpleQueue[Task] = SimpleQueue()
    threading.Thread(target=_receive, args=(requests, tasks), daemon=True).start()
    send_progress = at_most_every(
        0.1, lambda progress: send(replies, ProgressFrame(progress, peak_bytes(), gpu_peak_bytes()))
    )
    keep_freed_memory()
    prepared, traces, pid = Prepared(), Traces(), os.getpid()
    while True:
        task = tasks.get()
        os.write(2, CELL_MARK)
        result = _run(task, prepared, traces, send_progress)
        if os.getpid() != pid:  # a class that forked this process: its copy must not go on
            os._exit(0)
        is_ok = result.attempt.ending == "ok"
        send(replies, result)
        del result
        sys.stdout.flush()
        sys.stderr.flush()
        send(replies, Ready(again=is_ok and traces.none_left(task.cell)))


def _receive(requests: BinaryIO, tasks: "SimpleQueue[Task]") -> None:
    """Pass tasks on. When the stream ends, the driver process has ended: end this process and all that it started."""
    try:
        while isinstance(task := receive(requests), Task):
            tasks.put(task)
    except FrameError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
    end_family(psutil.Process())


def _run(task: Task, prepared: Prepared, traces: Traces, progress: ProgressCallback) -> Result:
    watch = Stopwatch(task)
    try:
        traces.cell_starts()
        task, data = prepared.prepare(task)
        traces.fit_starts()
        gc.freeze()  # later collections need not look at the libraries
        with limited_memory(task.limits.memory_bytes):  # after all libraries: a failed load can end the process
            return run_cell(task, data, progress)
    except MemoryError as error:
        failure = Failure(type="MemoryError", message=str(error))
        return Result(watch.ended("out of memory", failure, pid=os.getpid(), peak=peak_bytes()))
    except (UsageError, registry.MethodError) as error:
        failure = Failure(type=type(error).__name__, message=str(error))
        return Result(watch.ended("failed", failure, pid=os.getpid()))


if __name__ == "__main__":
    main()
