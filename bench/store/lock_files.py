"""A lock on disk: a folder of files 1.json, 2.json, …, of which the highest number counts.

A driver takes over a lock by creating the next number. Only one driver can create it.
"""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.errors import UsageError
from bench.store.encoding import decode, encode
from bench.store.files import atomic_write, read_file
from bench.store.processes import is_running, machine_id
from bench.store.records import SCHEMA_VERSION, Count, RecordError, Seconds
from methods.registry import Progress

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
MAX_NUMBER = 10**9 - 1
"""The highest number that a lock file may have."""


class Lock(msgspec.Struct, kw_only=True):
    """Content of a lock file: the driver process, called the holder, its last beat and the progress of its cell."""

    schema_version: int = SCHEMA_VERSION
    token: str
    """Random identity of the driver."""
    host: str
    """Name of the host, for messages."""
    machine: str
    """Identity of the machine (`bench.store.processes.machine_id`)."""
    pid: Count
    """Number of the driver process on that machine."""
    process_start: str
    """Start of the driver process (`bench.store.processes.process_start`)."""
    started_at: str
    """When the lock was taken, by the clock of that machine: UTC, ISO 8601."""
    seconds: Seconds = 0.0
    """How long the driver had held the lock at the last beat."""
    beat: int = 0
    """A counter that rises every few seconds while the driver runs."""
    released: bool = False
    """Whether the driver has released the lock."""
    progress: Progress | None = None
    """Latest progress of the cell; None before its first report."""


def read_lock(folder: Path, warn: Callable[[str], None] = lambda line: None) -> Lock | None:
    """The lock in `folder`; None if no driver holds it, or if its file is damaged: then `warn` gets a line."""
    number, lock = highest_lock(folder)
    if number and lock is None:
        warn(f"{_path(folder, number)}: a damaged lock; its driver, if it still runs, writes it again.")
    return None if lock is None or lock.released else lock


def is_elsewhere(lock: Lock) -> bool:
    """Whether the holder is on another machine, where only the beats show whether it runs."""
    return lock.machine != machine_id()


def is_gone(lock: Lock) -> bool:
    """Whether the holder is a process of this machine that has ended."""
    return lock.machine == machine_id() and not is_running(lock.pid, lock.process_start)


def highest_lock(folder: Path) -> tuple[int, Lock | None]:
    """The highest number in `folder` and its lock: (0, None) without a file, (number, None) if the file is damaged.

    Raises UsageError if the file cannot be read.
    """
    while True:
        number = max(_numbers(folder), default=0)
        if number == 0:
            return 0, None
        try:
            return number, decode(read_file(_path(folder, number)), Lock, "lock")
        except FileNotFoundError:  # another driver has just removed it
            continue
        except RecordError:  # for example, a power cut can leave an empty file
            return number, None


def write_lock(folder: Path, number: int, lock: Lock, *, create: bool = False) -> bool:
    """Write the file `number` whole or not at all.

    Returns False if another driver has just removed the folder, or if `create` is set and the file exists already.
    Raises UsageError if the number is too high, which only a forged file can cause.
    """
    if number > MAX_NUMBER:
        raise UsageError(f"{folder} has a lock with the number {MAX_NUMBER}, the highest number; remove this folder.")
    try:
        atomic_write(_path(folder, number), encode(lock), replace=not create, sync="nothing")
    except (FileExistsError, FileNotFoundError):
        return False
    return True


def remove_locks(folder: Path, below: int | None = None) -> None:
    """Remove the files of `folder` whose number is less than `below`, or all of them."""
    for number in _numbers(folder):
        if below is None or number < below:
            _path(folder, number).unlink(missing_ok=True)


def _numbers(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.json") if _NUMBER.fullmatch(path.stem)]


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number}.json"
