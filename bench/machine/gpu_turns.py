"""The turns of cells on the GPUs of this machine: a GPU has one cell at a time, also if several commands run."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager

from bench.machine.gpu_locks import take_gpu
from bench.machine.gpus import Gpu

_POLL_SECONDS = 0.5
"""How often a cell without a GPU looks whether one is free."""


class GpuTurns:
    """Gives each cell a GPU that no other cell of this machine has."""

    def __init__(self, gpus: Sequence[Gpu], warn: Callable[[str], None] = lambda line: None) -> None:
        """`warn` receives one line, once, if a cell waits because other commands have the GPUs."""
        self._gpus = gpus
        self._warn = warn
        self._unsaid = threading.Lock()
        self._closed = threading.Event()

    @contextmanager
    def one(self) -> Iterator[Gpu]:
        """Context that has a GPU for itself; any thread may enter it. Raises CancelledError after `close`."""
        while (taken := self._take()) is None:
            if self._unsaid.acquire(blocking=False):
                names = ", ".join(f"GPU {gpu.variable} ({gpu.name})" for gpu in self._gpus)
                self._warn(f"waiting, because cells of other commands use {names}.")
            self._closed.wait(_POLL_SECONDS)
        gpu, file = taken
        try:
            yield gpu
        finally:
            os.close(file)

    def close(self) -> None:
        """End the waiting of all cells."""
        self._closed.set()

    def _take(self) -> tuple[Gpu, int] | None:
        if self._closed.is_set():
            raise CancelledError
        for gpu in self._gpus:
            if (file := take_gpu(gpu)) is not None:
                return gpu, file
        return None
