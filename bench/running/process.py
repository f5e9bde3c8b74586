"""One cell in a process group of its own, watched until it ends: nothing that a cell does reaches its driver."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import msgspec

from bench.machine.memory import kills
from bench.running.wire import Outcome, Report, Task, receive, send
from bench.store.records import Ending, Failure
from methods.registry import ProgressCallback

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What torch, BLAS and OpenMP read when they are loaded, those alone that the method needs."""
_LAST_LINES = 20
_LAST_SECONDS = 5.0


@dataclass(frozen=True)
class Limits:
    """What a cell may take."""

    seconds: float | None = None
    memory_bytes: int | None = None


NO_LIMITS = Limits()


class CellProcess:
    """The process of one cell."""

    def __init__(self, task: Task, seconds: float | None, environment: Mapping[str, str]) -> None:
        """`environment`: variables that the process gets beside this one's own."""
        self._task = task
        self._seconds = seconds
        threads = dict.fromkeys(_THREAD_VARIABLES, str(task.environment.threads))
        self._variables = {**os.environ, **threads, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._killed = self._timed_out = False

    def run(self, progress: ProgressCallback) -> Outcome:
        """Run the cell to its end, whichever it is. Raises CancelledError if it was killed before it began."""
        watch = self._task.watch()
        kills_before = kills()
        outcome, peak = None, None
        with tempfile.TemporaryFile() as errors:
            process = self._start(errors)
            timer = threading.Timer(self._seconds or threading.TIMEOUT_MAX, self._time_out)
            timer.daemon = True
            timer.start()
            try:
                outcome, peak = _listen(process, self._task, progress)
                if outcome is None:  # it is about to end by itself: how, its exit code tells
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_LAST_SECONDS)
            finally:
                timer.cancel()
                self.kill()
                process.wait()
                self._process = None
                for stream in (process.stdin, process.stdout):
                    _close(stream)
            if outcome is not None:
                whole = watch.ended("ok", pid=process.pid)
                outcome.attempt = msgspec.structs.replace(
                    outcome.attempt, started_at=whole.started_at, wall_seconds=whole.wall_seconds
                )
                return outcome
            ending, failure = self._ending(process.returncode, kills() > kills_before, _tail(errors))
        return Outcome(attempt=watch.ended(ending, failure, pid=process.pid, peak=peak))

    def kill(self) -> None:
        """End the process and all that it started; if it has not begun, it never will."""
        with self._lock:
            self._killed = True
            process = self._process
            if process is None:
                return
            if sys.platform == "win32":
                process.kill()
            else:
                with suppress(ProcessLookupError, PermissionError):  # all ended; macOS says the second of zombies
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
                start_new_session=True,  # Ctrl-C is the driver's alone, and one signal ends all that a cell started
            )
            return self._process

    def _time_out(self) -> None:
        self._timed_out = True
        self.kill()

    def _ending(self, exit_code: int, was_killed_for_memory: bool, tail: str) -> tuple[Ending, Failure]:
        if self._timed_out:
            message = f"no result after {self._seconds:g} s, the limit of a cell"
            return "timeout", Failure(type="CellTimeoutError", message=message, traceback=tail)
        if was_killed_for_memory:
            message = "the system ended its process for lack of memory"
            return "out of memory", Failure(type="MemoryError", message=message, traceback=tail)
        return "lost worker", Failure(type="WorkerLostError", message=last_words(exit_code), traceback=tail)


def _listen(
    process: subprocess.Popen[bytes], task: Task, progress: ProgressCallback
) -> tuple[Outcome | None, int | None]:
    """What came out, None if the process ended before it told, and the most memory that it told of."""
    assert process.stdin is not None
    assert process.stdout is not None
    peak = None
    try:
        send(process.stdin, task)
        while True:
            frame = receive(process.stdout)
            if not isinstance(frame, Report):
                return (frame if isinstance(frame, Outcome) else None), peak
            peak = frame.peak_bytes
            progress(frame.progress)
    except (BrokenPipeError, msgspec.MsgspecError):
        return None, peak


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        with suppress(BrokenPipeError):  # what it did not read
            stream.close()


def _tail(errors: IO[bytes]) -> str:
    errors.seek(0)
    return "\n".join(errors.read().decode(errors="replace").splitlines()[-_LAST_LINES:])


def last_words(exit_code: int) -> str:
    """What became of a process.

    >>> last_words(-9)
    'its process was ended by signal 9 (SIGKILL)'
    """
    if exit_code < 0:
        return f"its process was ended by signal {-exit_code} ({signal.Signals(-exit_code).name})"
    return f"its process ended without a result, exit code {exit_code}"
