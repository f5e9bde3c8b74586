"""A Dask cluster on the loopback interface; a test may kill its processes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
"""PYTHONPATH of processes that import the modules of the tests."""
_LOOPBACK = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")


class Cluster:
    """A scheduler and workers with one thread each, without nannies; each is a process."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        """`arguments`: options of the scheduler and of every worker."""
        self.folder = folder
        self.arguments = arguments
        self.workers: list[subprocess.Popen[bytes]] = []
        self.file = folder / "scheduler.json"
        self.start_scheduler()

    def start_scheduler(self) -> None:
        """Start a scheduler, at a new address each time."""
        self.file.unlink(missing_ok=True)
        arguments = ["--port", "0", "--scheduler-file", str(self.file)]
        self.scheduler = self._start("dask_scheduler", *arguments)
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.read_text()):
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)
        self.address: str = json.loads(self.file.read_text())["address"]

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker; returns before it has joined the cluster."""
        self.workers.append(self._start("dask_worker", self.address, "--no-nanny", "--nthreads", "1"))
        return self.workers[-1]

    def close(self) -> None:
        """Kill all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments, *_LOOPBACK, *self.arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": MODULES},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
