"""Who makes a cell at present: no two drivers at once, on one machine or on many that share a folder.

A lock is a folder of files 1, 2, …, of which the highest counts: whoever finds that it is given up, or its holder
gone, creates the next one, which only one can. Its holder lets it beat: a counter in it rises every few seconds. A
holder on the same machine is gone when its process is; another one, when its lock has not been seen to beat for a
while. No clock is compared with another one.
"""

import os
import platform
import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from uuid import uuid4

import msgspec

from methods.registry import Progress

BEAT_SECONDS = 1.0
STALE_SECONDS = 30.0
"""A lock that does not beat for so long is free. A holder that slept that long finds another's record, not its own."""
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class Lock(msgspec.Struct, kw_only=True):
    """What is in the file of a lock."""

    token: str
    """Of the driver."""
    host: str
    machine: str
    """Where `pid` means something: one machine since it was started, or one container on it."""
    pid: int
    born: str
    """When the process started, by the system's own count: another process may get its number later."""
    started_at: str
    """When it was locked, by that machine's clock: UTC, ISO 8601."""
    seconds: float = 0.0
    """How long it was held, at the last beat."""
    beat: int = 0
    given_up: bool = False
    progress: Progress | None = None


@dataclass
class _Held:
    number: int
    lock: Lock
    since: float
    before: Lock | None


class Locks:
    """The locks that this driver holds, which beat as long as it is in the `with` block, and those that it sees."""

    def __init__(self, beat_seconds: float = BEAT_SECONDS, stale_seconds: float = STALE_SECONDS) -> None:
        self.token = uuid4().hex
        self.beat_seconds, self.stale_seconds = beat_seconds, stale_seconds
        self._held: dict[Path, _Held] = {}
        self._seen: dict[Path, tuple[tuple[str, int], float]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True, name="locks")

    def __enter__(self) -> "Locks":
        self._heart.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._heart.join()
        for folder in list(self._held):
            with suppress(OSError):  # who finds it later sees that this process is gone
                self.release(folder)

    def take(self, folder: Path) -> bool:
        """Lock what `folder` stands for; False if another driver holds it.

        Whoever got it looks next whether the work is done: a lock on finished work is no more.
        """
        if folder in self._held:
            return True
        folder.mkdir(parents=True, exist_ok=True)
        lock = self._lock_of_this_process()
        while True:
            number, other = _highest(folder)
            if other is not None and not self._is_free(folder, other):
                return False
            if _write(folder, number + 1, lock, create=True):
                break
        before = None if other is None or other.given_up else other
        with self._lock:
            self._held[folder] = _Held(number + 1, lock, monotonic(), before)
        _remove(folder, below=number + 1)
        return True

    def holds(self, folder: Path) -> bool:
        """Whether this driver holds it."""
        return folder in self._held

    def lost(self, folder: Path) -> Lock | None:
        """The lock that this one took the place of, whose holder is gone without a word; None if there was none."""
        held = self._held.get(folder)
        return None if held is None else held.before

    def release(self, folder: Path, *, done: bool = False) -> None:
        """Give it up. `done`: nobody will need it any more."""
        with self._lock:
            held = self._held.pop(folder, None)
        if held is None:
            return
        if done:
            _remove(folder)
            with suppress(OSError):  # another driver looks at it just now
                folder.rmdir()
        elif _highest(folder)[0] == held.number:
            held.lock.given_up = True
            _write(folder, held.number, held.lock)

    def tell(self, folder: Path, progress: Progress) -> None:
        """What the next beat says of how far it is."""
        with self._lock:
            if folder in self._held:
                self._held[folder].lock.progress = progress

    def _lock_of_this_process(self) -> Lock:
        pid = os.getpid()
        return Lock(
            token=self.token,
            host=platform.node(),
            machine=_machine(),
            pid=pid,
            born=_born(pid),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _is_free(self, folder: Path, lock: Lock) -> bool:
        if lock.given_up:
            return True
        if lock.machine == _machine():
            return is_gone(lock)
        last, since = self._seen.get(folder, (None, 0.0))
        if last != (lock.token, lock.beat):
            self._seen[folder] = (lock.token, lock.beat), monotonic()
            return False
        return monotonic() - since > self.stale_seconds

    def _beat(self) -> None:
        while not self._over.wait(self.beat_seconds):
            with self._lock:
                for folder, held in list(self._held.items()):
                    with suppress(OSError):  # a full disk: the next beat may get through
                        if _highest(folder)[0] != held.number:
                            del self._held[folder]  # this driver slept too long: what it makes may be dropped
                            continue
                        held.lock.beat += 1
                        held.lock.seconds = monotonic() - held.since
                        _write(folder, held.number, held.lock)


def read_lock(folder: Path) -> Lock | None:
    """Who holds it; None if nobody does."""
    lock = _highest(folder)[1]
    return None if lock is None or lock.given_up else lock


def is_elsewhere(lock: Lock) -> bool:
    """Whether another machine holds it, of which nothing is known but whether the lock beats."""
    return lock.machine != _machine()


def is_gone(lock: Lock) -> bool:
    """Whether its holder is known to have ended: a process of this machine that is no more."""
    return lock.machine == _machine() and _born(lock.pid) != lock.born


def _highest(folder: Path) -> tuple[int, Lock | None]:
    """The file that counts; 0 and None if there is none, None if it is damaged, as after a power cut."""
    while True:
        numbers = [int(path.stem) for path in folder.glob("*.json") if _NUMBER.fullmatch(path.stem)]
        if not numbers:
            return 0, None
        try:
            return max(numbers), msgspec.json.decode(_path(folder, max(numbers)).read_bytes(), type=Lock)
        except FileNotFoundError:  # removed in the meantime
            continue
        except msgspec.MsgspecError:
            return max(numbers), None


def _write(folder: Path, number: int, lock: Lock, *, create: bool = False) -> bool:
    """Whole or not at all. False if it was to be created and is there already."""
    beside = folder / f".{uuid4().hex}.tmp"
    try:
        beside.write_bytes(msgspec.json.encode(lock))
        if create:
            os.link(beside, _path(folder, number))
        else:
            beside.replace(_path(folder, number))
    except FileExistsError:
        return False
    except FileNotFoundError:  # another driver has just removed the folder
        folder.mkdir(parents=True, exist_ok=True)
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def _remove(folder: Path, below: int | None = None) -> None:
    for path in folder.glob("*.json"):
        if _NUMBER.fullmatch(path.stem) and (below is None or int(path.stem) < below):
            path.unlink(missing_ok=True)


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number}.json"


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return platform.node()


def _born(pid: int) -> str:
    """When a process of this machine started; empty if there is none of that number."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        pass
    else:
        return "" if fields[0] in "ZX" else fields[19]
    if Path("/proc/self/stat").exists():
        return ""
    try:  # no /proc: whether there is such a process is all that can be known
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"
