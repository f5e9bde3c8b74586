"""Traces that a cell leaves in its worker process. A process with traces runs no other cell."""

import threading

from bench.machine.allocator import give_freed_memory_back
from bench.machine.family import descendants
from bench.machine.gpu_memory import has_started_cuda
from bench.machine.memory import private_bytes, reset_peak
from bench.store.records import Cell

_MAX_CELLS = 100
"""Number of cells of one process. It bounds the effect of traces that this module does not see."""
_MAX_BYTES = 256 * 2**20
"""Memory that the cells of a process may keep altogether, such as code that numba compiled."""


class Traces:
    """Compares a process after a cell with its state before its first fit."""

    def __init__(self) -> None:
        self._n_cells = self._n_threads = 0
        self._has_own_peak = False
        self._before_loading = self._expected = 0

    def cell_starts(self) -> None:
        """Call this before the libraries and the data of a cell are loaded. The peak of the memory starts again."""
        self._n_cells += 1
        self._has_own_peak = reset_peak()
        if self._has_own_peak:
            self._before_loading = private_bytes()
            self._expected = self._expected or self._before_loading

    def fit_starts(self) -> None:
        """Call this after they are loaded. Libraries stay loaded; they are no traces."""
        self._n_threads = threading.active_count()
        if self._has_own_peak:
            self._expected += private_bytes() - self._before_loading

    def none_left(self, cell: Cell) -> bool:
        """Whether this process can run another cell as a new process would.

        False if the cell left a process or much memory, if it used a GPU with CUDA, if a third-party class left a
        thread, after the last cell of a process, and where the system cannot measure the peak of the memory of one
        cell.
        """
        if not self._has_own_peak or self._n_cells >= _MAX_CELLS or has_started_cuda():
            return False
        give_freed_memory_back()
        if private_bytes() - self._expected > _MAX_BYTES:
            return False
        if cell.is_third_party and threading.active_count() > self._n_threads:
            return False  # other methods leave a thread of tqdm, which waits
        return not descendants()
