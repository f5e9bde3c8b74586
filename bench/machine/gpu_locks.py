"""A lock for each GPU: the cells of all commands on this machine use a GPU one after the other.

A lock is a file in the folder for temporary files, so all users of the machine see it. It has no content. The system
releases it when its process ends, in any way.
"""

import os
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from bench.machine.gpus import Gpu


def take_gpu(gpu: Gpu) -> int | None:
    """Lock a GPU. Returns the number of the open file, or None if another cell has the GPU; closing it releases it.

    Raises OSError if the file cannot be opened.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "-", gpu.uuid)
    file = _opened(Path(tempfile.gettempdir()) / f"dec-bench-gpu-{name}.lock")
    if _lock(file):
        return file
    os.close(file)
    return None


def _opened(path: Path) -> int:
    """The file, made if it is missing. It may belong to another user, so it is neither written nor followed."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    while True:
        with suppress(FileNotFoundError):
            return os.open(path, flags)
        with suppress(FileExistsError):  # another process has just made it
            return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o444)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        """Whether nobody else had the lock."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        """Whether nobody else had the lock."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
