"""A connection to a Dask cluster, and the environment of its workers."""

import logging
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from typing import Any

import msgspec

from bench.errors import UsageError
from bench.machine.threads import choose_threads
from bench.store.records import Environment

_CONNECT_SECONDS = 10
_WORKER_SECONDS = 5
"""If there is no worker after this time, a line is printed."""


class ClusterLostError(Exception):
    """The scheduler does not answer any more."""


class DaskConnection(AbstractContextManager["DaskConnection"]):
    """A client of a Dask scheduler; used in a `with` statement."""

    def __init__(self, address: str) -> None:
        """`address`: the address of a scheduler, or `local:N` for N workers with one thread each on this machine.

        Raises UsageError if no scheduler answers there, or the package distributed is not installed.
        """
        self.address = address
        self.cluster, self.client = _connect(address)

    def environment(self, threads: int | None, device: str, print_line: Callable[[str], None]) -> Environment:
        """The environment of a worker; waits until there is one.

        `threads`: threads of a cell; None: an equal share of the worker's cores. `print_line` receives a line if there
        is no worker yet. Raises UsageError if the worker lacks the device or this project, and ClusterLostError if the
        scheduler does not answer.
        """
        with self.lost_if_silent():
            try:
                self.client.wait_for_workers(1, timeout=_WORKER_SECONDS)
            except TimeoutError:
                print_line(f"the Dask cluster at {self.address} has no worker yet; waiting for one.")
                self.client.wait_for_workers(1)
            # A function of the standard library: a worker without this project can run it, too.
            if self.client.submit(find_spec, "bench", pure=False).result() is None:
                raise UsageError(f"dec-bench is not installed on a worker of the Dask cluster at {self.address}.")
            n_cells: Counter[str] = Counter()  # by machine: number of cells at once
            for worker in self.client.scheduler_info(n_workers=-1)["workers"].values():
                n_cells[worker["host"]] += worker["nthreads"]
            most = max(n_cells.values())
            environment, error = self.client.submit(describe_worker, threads, most, device, pure=False).result()
        if error:
            raise UsageError(f"a worker of the Dask cluster at {self.address}: {error}")
        return msgspec.json.decode(environment, type=Environment)

    @contextmanager
    def lost_if_silent(self) -> Iterator[None]:
        """Turn each error that means that the scheduler does not answer into a ClusterLostError."""
        try:
            yield
        except OSError as error:  # the base class of CommClosedError and TimeoutError
            raise ClusterLostError(f"the Dask scheduler at {self.address} does not answer any more") from error

    def __exit__(self, *error: object) -> None:
        self.client.close(timeout=_CONNECT_SECONDS)
        if self.cluster is not None:
            self.cluster.close(timeout=_CONNECT_SECONDS)


def _connect(address: str) -> tuple[Any, Any]:
    """A new local cluster, or None, and a client of the cluster."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("--dask needs the package distributed; pip install 'dec-bench[cluster]'.") from None
    for name in ("distributed", "distributed.client"):  # errors are one line, without tracebacks of these packages
        logging.getLogger(name).setLevel(logging.CRITICAL)
    kind, _, count = address.partition(":")
    if kind == "local":
        if not (count.isascii() and count.isdigit()) or int(count) < 1:
            raise UsageError(f"--dask {address} is not valid; expected local:N, N at least 1.")
        addresses = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}  # no other machine can connect
        cluster = LocalCluster(n_workers=int(count), threads_per_worker=1, silence_logs=logging.CRITICAL, **addresses)
        return cluster, Client(cluster)
    try:
        return None, Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError, TypeError, RuntimeError) as error:  # TypeError: TLS without certificates
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"--dask {address}: no Dask scheduler answers there ({reason}).") from None


def describe_worker(threads: int | None, n_cells: int, device: str) -> tuple[bytes, str]:
    """Runs on a worker: the environment of a cell as JSON, and an error message or "".

    The machine runs `n_cells` cells at once.
    """
    command = [sys.executable, "-m", "bench.machine.environment", str(choose_threads(threads, n_cells)), device]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout, done.stderr.decode(errors="replace").strip() if done.returncode else ""
