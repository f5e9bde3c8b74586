"""A third-party clusterer that harms its process, or leaves traces in it, in several ways."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin

_KEPT: list[NDArray[Any]] = []


class Wrongdoer(ClusterMixin, BaseEstimator):
    """`how` is the name of one of the methods below, without its underscore."""

    def __init__(self, how: str = "hang") -> None:
        self.how = how

    def fit(self, X: NDArray[np.float32], y: None = None) -> "Wrongdoer":
        labels = getattr(self, f"_{self.how}")()
        self.labels_: NDArray[Any] = np.arange(len(X)) % 2 if labels is None else np.full(len(X), labels)
        return self

    def _behave(self) -> None: ...

    def _hang(self) -> None:
        """In a child process."""
        subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=False)

    def _use_memory(self) -> None:
        arrays = []
        while True:
            arrays.append(np.ones(10_000_000))

    def _exit(self) -> None:
        sys.stdout.write("text on standard output\n")
        os._exit(3)

    def _exit_after_fork(self) -> None:
        """The child process keeps the pipes of its parent open."""
        if os.fork() == 0:
            time.sleep(600)
        os._exit(3)

    def _diverge(self) -> None:
        raise FloatingPointError("loss is nan")

    def _return_nan(self) -> float:
        return float("nan")

    def _kill_parent(self) -> None:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)

    def _fork(self) -> None:
        """Two processes go on."""
        os.fork()

    def _leave_process(self) -> None:
        """Its command line names the driver process."""
        subprocess.Popen(["sleep", f"600.{os.getppid()}"], start_new_session=True)

    def _leave_orphan(self) -> None:
        """The parent of the process has ended."""
        subprocess.run(["sh", "-c", f"sleep 600.{os.getppid()} &"], check=True)

    def _leave_thread(self) -> None:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

    def _keep_memory(self) -> None:
        _KEPT.append(np.ones(50_000_000))

    def _free_memory(self) -> None:
        np.ones(50_000_000)

    def _read_input(self) -> None:
        """A program that reads all of its standard input."""
        subprocess.run(["cat"], check=True)

    def _write_everywhere(self) -> None:
        """To each open file, also to the pipes of this process."""
        for number in range(3, 64):
            with suppress(OSError):
                os.write(number, b"no frame at all\n")

    def _print_and_fail(self) -> None:
        """300 MB, in lines of 1 MB."""
        line = b"x" * 999_999 + b"\n"
        for _ in range(300):
            os.write(2, line)
        os.write(1, b"the last line\n")
        os._exit(4)

    def _mutter(self) -> None:
        sys.stdout.write("text of a cell that succeeds\n")
