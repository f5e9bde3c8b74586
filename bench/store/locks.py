"""The locks of one driver process: they keep two drivers from making the same cell at once.

The drivers may run on one machine, or on several machines that share the results folder. While a driver holds a lock,
the lock beats: a thread raises the counter in its file every second. A driver may take over a lock whose holder has
released it, and a lock whose holder on the same machine has ended. It may also take over a lock of another machine if
it saw no beat for `STALE_SECONDS`. The same holds for a damaged lock: the next beat of its holder mends it. The clocks
of two machines are never compared.
"""

import os
import platform
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from uuid import uuid4

from bench.errors import UsageError
from bench.store.lock_files import Lock, highest_lock, is_elsewhere, is_gone, remove_locks, write_lock
from bench.store.processes import machine_id, process_start
from methods.registry import Progress

BEAT_SECONDS = 1.0
STALE_SECONDS = 30.0
"""A lock of another machine is free after so long without a beat. A holder that slept longer than this may find that
another driver has finished its cell."""


@dataclass
class _HeldLock:
    number: int
    """Number of its file."""
    lock: Lock
    taken_at: float
    """Monotonic clock of this process, seconds."""
    replaced: Lock | None
    """The lock that was taken over from a holder that ended unexpectedly."""


class Locks:
    """The locks that this driver holds. They beat inside the `with` block, and its end releases them."""

    def __init__(
        self,
        warn: Callable[[str], None] = lambda line: None,
        beat_seconds: float = BEAT_SECONDS,
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        """`warn` receives one line for each damaged lock that is taken over."""
        self.warn = warn
        self.token = uuid4().hex
        self._process_start = process_start(os.getpid())
        self.beat_seconds, self.stale_seconds = beat_seconds, stale_seconds
        self._held: dict[Path, _HeldLock] = {}
        self._last_beats: dict[Path, tuple[object, float]] = {}
        """For locks of other machines, and damaged locks: what was last read, and the time when it was first seen."""
        self._mutex = threading.Lock()
        self._stop = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True, name="locks")

    def __enter__(self) -> "Locks":
        self._beating.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._beating.join()
        for folder in list(self._held):
            with suppress(OSError, UsageError):  # other drivers will see that this process has ended
                self.release(folder)

    def take(self, folder: Path) -> bool:
        """Take the lock in `folder`. Returns False if another driver holds it.

        After True, the caller must check whether the work is done already: a lock on finished work is removed.
        """
        if folder in self._held:
            return True
        pid, now = os.getpid(), datetime.now(UTC).isoformat(timespec="seconds")
        lock = Lock(
            token=self.token,
            host=platform.node(),
            machine=machine_id(),
            pid=pid,
            process_start=self._process_start,
            started_at=now,
        )
        while True:
            number, other = highest_lock(folder)
            if number and not self._is_free(folder, number, other):
                return False
            folder.mkdir(parents=True, exist_ok=True)  # another driver removes the folder of finished work
            if write_lock(folder, number + 1, lock, create=True):
                break
        if number and other is None:
            self.warn(f"{folder / f'{number}.json'}: a damaged lock that did not change; this run took it over.")
        replaced = None if other is None or other.released else other
        with self._mutex:
            self._held[folder] = _HeldLock(number + 1, lock, monotonic(), replaced)
        remove_locks(folder, below=number + 1)
        return True

    def holds(self, folder: Path) -> bool:
        """Whether this driver holds the lock in `folder`."""
        return folder in self._held

    def still_holds(self, folder: Path) -> bool:
        """Whether this driver holds the lock, after a look at the disk. If it slept, another may have taken it over."""
        held = self._held.get(folder)
        return held is not None and highest_lock(folder)[0] == held.number

    def replaced(self, folder: Path) -> Lock | None:
        """The lock that this driver took over from a holder that ended unexpectedly; None if there was none."""
        held = self._held.get(folder)
        return None if held is None else held.replaced

    def release(self, folder: Path, *, done: bool = False) -> None:
        """Release the lock in `folder`. With `done`, no driver will need it again, and its files are removed."""
        with self._mutex:
            held = self._held.pop(folder, None)
        if held is None:
            return
        if done:
            remove_locks(folder)
            with suppress(OSError):  # another driver is writing in it
                folder.rmdir()
        elif highest_lock(folder)[0] == held.number:
            held.lock.released = True
            write_lock(folder, held.number, held.lock)

    def set_progress(self, folder: Path, progress: Progress) -> None:
        """Let the next beat of the lock in `folder` write `progress`."""
        with self._mutex:
            if folder in self._held:
                self._held[folder].lock.progress = progress

    def _is_free(self, folder: Path, number: int, lock: Lock | None) -> bool:
        """Whether the lock with this number is free. A damaged lock (None) may have a holder that will mend it."""
        if lock is not None and lock.released:
            return True
        if lock is not None and not is_elsewhere(lock):
            return is_gone(lock)
        seen = number if lock is None else (lock.token, lock.beat)
        last_seen, since = self._last_beats.get(folder, (None, 0.0))
        if seen != last_seen:
            self._last_beats[folder] = seen, monotonic()
            return False
        return monotonic() - since > self.stale_seconds

    def _beat(self) -> None:
        while not self._stop.wait(self.beat_seconds):
            with self._mutex:
                for folder, held in list(self._held.items()):
                    with suppress(OSError, UsageError):  # such as a full disk: the next beat may succeed
                        if highest_lock(folder)[0] != held.number:  # this driver slept, another one took the lock over
                            del self._held[folder]
                            continue
                        held.lock.beat += 1
                        held.lock.seconds = monotonic() - held.taken_at
                        write_lock(folder, held.number, held.lock)
