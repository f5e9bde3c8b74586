"""A connection to a Dask cluster, and the description of its workers."""

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any

import msgspec

from bench.errors import UsageError
from bench.machine.environment import Machine, machine_as_json
from bench.machine.interrupt import shielded
from bench.machine.threads import choose_threads
from bench.running.local_cluster import LocalCluster

_CONNECT_SECONDS = 10
_WORKER_SECONDS = 5
"""If there is no worker after this time, a line is printed."""


class ClusterLostError(Exception):
    """The scheduler does not answer any more."""


class DaskConnection(AbstractContextManager["DaskConnection"]):
    """A client of a Dask scheduler; used in a `with` statement."""

    def __init__(self, address: str) -> None:
        """`address`: the address of a scheduler, or `local:N` for N workers with one thread each on this machine.

        Raises UsageError if no scheduler answers there, or the packages of the extra `cluster` are not installed.
        """
        self.address = address
        for package in ("distributed", "cryptography"):
            if find_spec(package) is None:
                raise UsageError(f"--dask needs the package {package}; pip install 'dec-bench[cluster]'.")
        import distributed  # noqa: F401 - it sets the levels of its loggers when it loads

        for name in ("distributed", "distributed.client"):  # errors are one line, without tracebacks of these packages
            logging.getLogger(name).setLevel(logging.CRITICAL)
        with ExitStack() as stack:
            self.client = _local_client(address, stack) if address.startswith("local:") else _client(address)
            stack.callback(self.client.close, timeout=_CONNECT_SECONDS)
            self._stack = stack.pop_all()

    def machine(self, threads: int | None, device: str, print_line: Callable[[str], None]) -> Machine:
        """The machine of a worker; waits until there is one.

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
            content, error = self.client.submit(describe_worker, threads, most, device, pure=False).result()
        if error:
            raise UsageError(f"a worker of the Dask cluster at {self.address}: {error}")
        return msgspec.json.decode(content, type=Machine)

    @contextmanager
    def lost_if_silent(self) -> Iterator[None]:
        """Turn each error that means that the scheduler does not answer into a ClusterLostError."""
        try:
            yield
        except OSError as error:  # the base class of CommClosedError and TimeoutError
            raise ClusterLostError(f"the Dask scheduler at {self.address} does not answer any more") from error

    def __exit__(self, *error: object) -> None:
        with shielded():
            self._stack.close()


def _local_client(address: str, stack: ExitStack) -> Any:
    """A client of a new cluster, which ends with `stack`."""
    from distributed import Client

    count = address.removeprefix("local:")
    if not (count.isascii() and count.isdigit()) or int(count) < 1:
        raise UsageError(f"--dask {address} is not valid; expected local:N, N at least 1.")
    with shielded():  # the client writes the key to a temporary file for a moment, because OpenSSL reads files
        cluster = stack.enter_context(LocalCluster(int(count)))
        return Client(cluster.address, security=cluster.security, timeout=_CONNECT_SECONDS)


def _client(address: str) -> Any:
    """A client of the scheduler at an address."""
    from distributed import Client

    try:
        return Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError, TypeError, RuntimeError) as error:  # TypeError: TLS without certificates
        reason = " ".join(str(error).split()) or type(error).__name__
    # The client that failed closes itself now. Later, it could do so while another one starts, and both would wait.
    gc.collect()
    raise UsageError(f"--dask {address}: no Dask scheduler answers there ({reason}).")


def describe_worker(threads: int | None, n_cells: int, device: str) -> tuple[bytes, str]:
    """Runs on a worker: the machine of a cell as JSON, and an error message or "". It runs `n_cells` cells at once."""
    return machine_as_json(choose_threads(threads, n_cells), device)
