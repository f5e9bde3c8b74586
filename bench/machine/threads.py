"""One number of threads for torch, BLAS and OpenMP."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from bench.errors import UsageError

MAX_THREADS = 1024


def available_cores() -> int:
    """Number of cores that this process may use, limited by its affinity and by the quota of its control group."""
    from joblib import cpu_count  # only where cells run

    cores: int = cpu_count()
    return cores


def choose_threads(requested: int | None, jobs: int = 1) -> int:
    """Threads of each of `jobs` cells that run at once.

    The number is `requested`, otherwise OMP_NUM_THREADS, otherwise an equal share of the available cores. Raises
    UsageError if `requested` is out of range.
    """
    if requested is not None:
        if not 1 <= requested <= MAX_THREADS:
            raise UsageError(f"--threads {requested} is not valid; expected a number from 1 to {MAX_THREADS}.")
        return requested
    variable = os.environ.get("OMP_NUM_THREADS", "")
    if variable.isdigit() and int(variable) > 0:
        return int(variable)
    return max(1, available_cores() // jobs)


def blas_threads() -> int:
    """Number of threads that numpy's matrix products use now."""
    from threadpoolctl import threadpool_info

    counts = [int(library["num_threads"]) for library in threadpool_info() if library["user_api"] == "blas"]
    return max(counts, default=1)


@contextmanager
def one_thread_each() -> Iterator[Callable[[], None]]:
    """Context in which matrix products use one thread: numpy's in all threads, torch's in the calling thread.

    It yields a function. A thread that calls it limits its own matrix products of torch to one thread.
    """
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    with threadpool_limits(limits=1, user_api="blas"):
        torch.set_num_threads(1)
        try:
            yield partial(torch.set_num_threads, 1)
        finally:
            torch.set_num_threads(before)


@contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """Context in which torch, BLAS and OpenMP use `threads` threads each."""
    import sklearn.cluster  # noqa: F401 - the limit applies only to libraries that are loaded
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with threadpool_limits(limits=threads):
            yield
    finally:
        torch.set_num_threads(before)
