"""How many cells run at once, and with how many threads each, if the user leaves the choice to the program."""

from collections.abc import Sequence

import psutil

from bench.datasets.images import ImageData
from bench.experiments.request import Execution
from bench.machine.threads import available_cores, choose_threads
from bench.store.records import Cell
from methods import registry

SMALL_BYTES = 64 * 2**20
"""Samples of at most this size, such as 20,000 grey images of 28 × 28 pixels, are a small data set: the arrays of a
training step are so short that a second thread saves less time than a second fit beside the first. On two cores of an
AMD EPYC, a step of `small` takes 15 to 20 ms with two threads. With one thread it takes 24 ms, and no longer if the
other core trains, too."""
WORKER_BYTES = 1.5e9
"""Memory of one process that makes cells on a small data set."""


def threads_per_cell(execution: Execution, data: ImageData, device: str | None) -> int:
    """Threads of each cell on this machine.

    The number is the user's (`--threads`, OMP_NUM_THREADS). Otherwise it is an equal share of the cores if the user
    chose how many cells run at once, else one on a small data set and a processor, else all cores. It does not depend
    on the cells, so a run that is continued uses the same number.
    """
    if execution.jobs is None and _is_small(data, device):
        return choose_threads(execution.threads, available_cores())
    return choose_threads(execution.threads, execution.jobs or 1)


def cells_at_once(execution: Execution, data: ImageData, device: str | None, cells: Sequence[Cell]) -> int:
    """Number of cells that run at once, 1 or more; `cells` are the cells to run.

    The number is the user's (`--jobs`). Otherwise cells run side by side on a small data set and a processor: as many
    as cores and memory allow. One after the other is as fast if there is one cell, or if no cell trains for long.
    """
    if execution.jobs is not None:
        return execution.jobs
    if not _is_small(data, device) or not any(_trains(cell) for cell in cells):
        return 1
    n_by_cores = available_cores() // threads_per_cell(execution, data, device)
    n_by_memory = int(psutil.virtual_memory().available / WORKER_BYTES)
    return max(1, min(n_by_cores, n_by_memory, len(cells)))


def longest_first(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that train a network, then the others, each in their order.

    If cells run side by side, no core waits at the end for a long cell that has started last.
    """
    return sorted(cells, key=lambda cell: cell.preset is None and not _has_own_network(cell))


def _is_small(data: ImageData, device: str | None) -> bool:
    return data.features.nbytes <= SMALL_BYTES and device in (None, "cpu")


def _trains(cell: Cell) -> bool:
    """Whether the method trains a network or a map, or is not known here."""
    if cell.method not in registry.METHODS:
        return True
    declared = registry.method(cell.method)
    return declared.trains_network or declared.long_fit is not None


def _has_own_network(cell: Cell) -> bool:
    """Whether the method trains a network that `--preset` does not reach."""
    return cell.method in registry.METHODS and registry.method(cell.method).own_preset is not None
