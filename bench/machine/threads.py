"""How many threads torch, BLAS and OpenMP may use: one number for all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from bench.errors import UsageError

MOST_THREADS = 1024


def available_cores() -> int:
    """Cores that this process may use: its affinity and the quota of its control group, as on a cluster, count."""
    from joblib import cpu_count  # only where cells run

    cores: int = cpu_count()
    return cores


def choose_threads(asked: int | None, jobs: int = 1) -> int:
    """Threads of one of `jobs` cells at once: `asked`, else OMP_NUM_THREADS, else its share of the available cores.

    Raises UsageError if `asked` is no positive number.
    """
    if asked is not None:
        if not 1 <= asked <= MOST_THREADS:
            raise UsageError(f"--threads {asked} is not valid; expected a number from 1 to {MOST_THREADS}.")
        return asked
    variable = os.environ.get("OMP_NUM_THREADS", "")
    if variable.isdigit() and int(variable) > 0:
        return int(variable)
    return max(1, available_cores() // jobs)


def blas_threads() -> int:
    """How many threads numpy's matrix products use at present."""
    from threadpoolctl import threadpool_info

    return max(
        (int(library["num_threads"]) for library in threadpool_info() if library["user_api"] == "blas"), default=1
    )


@contextmanager
def one_thread_each() -> Iterator[Callable[[], None]]:
    """Within it, matrix products of numpy use one thread, whichever thread asks; those of torch in this one too.

    Yields what a thread calls first for its own torch to use one.
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
    """Within it, torch, BLAS and OpenMP use `threads` threads each."""
    import sklearn.cluster  # noqa: F401 - the limit holds for libraries that are loaded
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with threadpool_limits(limits=threads):
            yield
    finally:
        torch.set_num_threads(before)
