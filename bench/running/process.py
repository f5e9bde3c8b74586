"""A worker process, seen from the driver: a cell that crashes, hangs or uses all memory ends only the worker."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import psutil
from msgspec.structs import replace

from bench.machine.exit_message import exit_message
from bench.machine.family import end_family
from bench.machine.memory import kills
from bench.machine.search_path import module_command
from bench.running.attempt import Result, Stopwatch, Task
from bench.running.tail import Tail
from bench.running.wire import FrameError, ProgressFrame, Ready, receive, send
from bench.store.records import Cell, Ending, Failure
from methods.registry import ProgressCallback

_TAIL_LINES = 20
"""Number of the last lines of standard error that a failure keeps."""
_EXIT_SECONDS = 5.0
"""A process that has closed its output has this long to end; one that has sent its result, to clean up."""


class WorkerProcess:
    """A process in a process group of its own. It runs one cell after the other."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Start the process. `variables`: its environment variables, in addition to those of this process."""
        self.variables = variables
        self.is_ready = True
        """Whether it can run another cell."""
        self.last: Cell | None = None
        """The cell that it got last."""
        self._timed_out = False
        self._peak: int | None = None
        self._gpu_peak: int | None = None
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            module_command("bench.running.worker"),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env={**os.environ, **variables},
            start_new_session=True,  # Ctrl-C reaches the driver process alone; one signal ends the whole group
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr  # noqa: PT018 - three pipes
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._errors = Tail(self._process.stderr)
        self._family = psutil.Process(self._process.pid)
        self._reaper = threading.Thread(target=self._reap, daemon=True)
        self._reaper.start()

    @property
    def lives(self) -> bool:
        """Whether the process exists."""
        return self._process.returncode is None  # set by the thread that waits for its end

    def run(self, watch: Stopwatch, progress: ProgressCallback) -> Result:
        """Run the task of the watch to its end. If the process sends no result, the attempt has failed."""
        task = watch.task
        self.is_ready, self.last, self._timed_out, self._peak, self._gpu_peak = False, task.cell, False, None, None
        kills_before = kills()
        fault = None
        try:
            with self._ended_after(task.limits.seconds, self._time_out):
                result = self._listen(task, progress)
            # If the time limit ends a child process first, the fit goes on for a moment and may send a result.
            if result is not None and not self._timed_out:  # the attempt includes the start of its process
                whole = watch.ended("ok")
                attempt = replace(result.attempt, started_at=whole.started_at, wall_seconds=whole.wall_seconds)
                result.attempt = attempt
                self.is_ready = self._cleans_up()
                return result
            self._reaper.join(_EXIT_SECONDS)  # for its exit code
        except FrameError as error:
            fault = str(error)
        finally:
            if not self.is_ready:
                self.end()
        ending, failure = self._failure(task, fault, kills() > kills_before)
        return Result(watch.ended(ending, failure, pid=self._process.pid, peak=self._peak, gpu_peak=self._gpu_peak))

    def kill(self) -> None:
        """End the process and all processes that it started; any thread may call this."""
        end_family(self._family)

    def end(self) -> None:
        """Kill the process and wait for its end."""
        self.kill()
        self._reaper.join()
        for stream in (self._requests, self._replies):
            with suppress(BrokenPipeError):  # bytes that the process did not read
                stream.close()

    def _listen(self, task: Task, progress: ProgressCallback) -> Result | None:
        """The result; None if it did not arrive."""
        try:
            send(self._requests, task)
        except BrokenPipeError:
            return None
        while True:
            frame = receive(self._replies)
            if not isinstance(frame, ProgressFrame):
                return frame if isinstance(frame, Result) else None
            self._peak, self._gpu_peak = frame.peak_bytes, frame.peak_gpu_bytes
            progress(frame.progress)

    def _cleans_up(self) -> bool:
        """Whether the process has cleaned up after a cell and can run another one."""
        with self._ended_after(_EXIT_SECONDS, self.kill):
            try:
                frame = receive(self._replies)
            except FrameError:
                return False
        return isinstance(frame, Ready) and frame.again

    def _reap(self) -> None:
        """After the end of the process, end the processes that it left: they may hold its pipes open."""
        self._process.wait()
        self.kill()

    @contextmanager
    def _ended_after(self, seconds: float | None, end: Callable[[], None]) -> Iterator[None]:
        """Context that calls `end` after `seconds`, if it is not left before. None: never."""
        if seconds is None:
            yield
            return
        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # it must not end the process during its next cell

    def _time_out(self) -> None:
        self._timed_out = True
        self.kill()

    def _failure(self, task: Task, fault: str | None, was_killed_for_memory: bool) -> tuple[Ending, Failure]:
        """How the process, which has ended, lost the cell. `fault`: why its frames were not valid."""
        tail = "\n".join(self._errors.text(seconds=1).splitlines()[-_TAIL_LINES:])
        if self._timed_out:
            message = f"no result after {task.limits.seconds:g} s, the time limit of a cell"
            return "timeout", Failure(type="CellTimeoutError", message=message, traceback=tail)
        if was_killed_for_memory:
            message = "the system killed the process because memory ran out"
            return "out of memory", Failure(type="MemoryError", message=message, traceback=tail)
        message = exit_message(self._process.returncode) if fault is None else f"the process broke its output: {fault}"
        return "lost worker", Failure(type="WorkerLostError", message=message, traceback=tail)
