"""One cell in its own process group: a cell that crashes, hangs or uses all memory cannot harm the driver process."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import IO

import msgspec

from bench.machine.memory import kills
from bench.running.attempt import Result, Stopwatch, Task
from bench.running.wire import ProgressFrame, receive, send
from bench.store.records import Ending, Failure
from methods.registry import ProgressCallback

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables that torch, BLAS and OpenMP read when they load."""
_TAIL_LINES = 20
"""Number of the last lines of standard error that a failure keeps."""
_EXIT_SECONDS = 5.0
"""A process that has closed its output has this long to end by itself."""


class CellProcess:
    """The process of one cell."""

    def __init__(self, task: Task, variables: Mapping[str, str]) -> None:
        """`variables`: environment variables of the process, in addition to those of this process."""
        self._task = task
        threads = dict.fromkeys(_THREAD_VARIABLES, str(task.environment.threads))
        self._variables = {**os.environ, **threads, **variables}
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._killed = self._timed_out = False

    def run(self, progress: ProgressCallback) -> Result:
        """Run the cell to its end. If the process ends without a result, the attempt has failed.

        Raises CancelledError if `kill` was called before the process started.
        """
        watch = Stopwatch(self._task)
        kills_before = kills()
        result, peak = None, None
        with tempfile.TemporaryFile() as errors:
            process = self._start(errors)
            timer = threading.Timer(self._task.limits.seconds or threading.TIMEOUT_MAX, self._time_out)
            timer.daemon = True
            timer.start()
            try:
                result, peak = _listen(process, self._task, progress)
                if result is None:  # the process is ending: wait for its exit code
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_EXIT_SECONDS)
            finally:
                timer.cancel()
                self.kill()
                process.wait()
                self._process = None
                for stream in filter(None, (process.stdin, process.stdout)):
                    with suppress(BrokenPipeError):  # bytes that the process did not read
                        stream.close()
            if result is not None:  # the attempt includes the start of its process
                whole = watch.ended("ok")
                result.attempt = msgspec.structs.replace(
                    result.attempt, started_at=whole.started_at, wall_seconds=whole.wall_seconds
                )
                return result
            ending, failure = self._ending(process.returncode, kills() > kills_before, errors)
        return Result(watch.ended(ending, failure, pid=process.pid, peak=peak))

    def kill(self) -> None:
        """End the process and all processes that it started. If it has not started, it will never start."""
        with self._lock:
            self._killed = True
            process = self._process
            if process is None:
                return
            if sys.platform == "win32":
                process.kill()
            else:
                with suppress(ProcessLookupError, PermissionError):  # all have ended; macOS: PermissionError
                    os.killpg(process.pid, signal.SIGKILL)

    def _start(self, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._killed:
                raise CancelledError
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.running.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self._variables,
                start_new_session=True,  # Ctrl-C reaches the driver process alone; one signal ends the whole group
            )
            return self._process

    def _time_out(self) -> None:
        self._timed_out = True
        self.kill()

    def _ending(self, exit_code: int, was_killed_for_memory: bool, errors: IO[bytes]) -> tuple[Ending, Failure]:
        errors.seek(0)
        tail = "\n".join(errors.read().decode(errors="replace").splitlines()[-_TAIL_LINES:])
        if self._timed_out:
            message = f"no result after {self._task.limits.seconds:g} s, the time limit of a cell"
            return "timeout", Failure(type="CellTimeoutError", message=message, traceback=tail)
        if was_killed_for_memory:
            message = "the system killed the process because memory ran out"
            return "out of memory", Failure(type="MemoryError", message=message, traceback=tail)
        return "lost worker", Failure(type="WorkerLostError", message=exit_message(exit_code), traceback=tail)


def _listen(
    process: subprocess.Popen[bytes], task: Task, progress: ProgressCallback
) -> tuple[Result | None, int | None]:
    """The result, None if it did not arrive, and the last reported peak memory in bytes."""
    assert process.stdin is not None
    assert process.stdout is not None
    peak = None
    try:
        send(process.stdin, task)
        while True:
            frame = receive(process.stdout)
            if not isinstance(frame, ProgressFrame):
                return (frame if isinstance(frame, Result) else None), peak
            peak = frame.peak_bytes
            progress(frame.progress)
    except (BrokenPipeError, msgspec.MsgspecError):
        return None, peak


def exit_message(exit_code: int) -> str:
    """A message about how a process without a result ended.

    >>> exit_message(-9)
    'the process was ended by signal 9 (SIGKILL)'
    """
    if exit_code < 0:
        return f"the process was ended by signal {-exit_code} ({signal.Signals(-exit_code).name})"
    return f"the process ended without a result, exit code {exit_code}"
