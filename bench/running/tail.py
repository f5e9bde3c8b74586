"""The end of the text that a process prints: the last 64 KiB, however much it prints."""

import os
import threading
from contextlib import suppress
from typing import IO

CELL_MARK = b"\0\0dec-bench: a cell starts\0\0\n"
"""A worker process prints it to standard error before each cell."""
_MAX_BYTES = 64 * 1024


class Tail:
    """Reads a stream to its end in a thread, and keeps what a process printed last."""

    def __init__(self, stream: IO[bytes]) -> None:
        """`stream`: a pipe, which is closed at its end."""
        self._content = b""
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def text(self, seconds: float) -> str:
        """What the process printed since its last cell started, at most 64 KiB.

        Waits at most `seconds` for the end of the stream: a process that nobody ended may still have it open.
        """
        self._thread.join(seconds)
        return self._content.rpartition(CELL_MARK)[2][-_MAX_BYTES:].decode(errors="replace")

    def _read(self, stream: IO[bytes]) -> None:
        with stream, suppress(OSError):
            while chunk := os.read(stream.fileno(), _MAX_BYTES):
                self._content = (self._content + chunk)[-_MAX_BYTES - len(CELL_MARK) :]
