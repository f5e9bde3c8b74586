"""Two drivers never hold the same lock, and the lock of a driver that ended becomes free."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import psutil
import pytest

from bench.errors import UsageError
from bench.store import processes
from bench.store.encoding import encode
from bench.store.lock_files import Lock, is_elsewhere, is_gone, read_lock
from bench.store.locks import Locks
from methods.registry import Progress


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "cell"


def put(folder: Path, *, new: bool = False, **fields: object) -> Lock:
    """Write a lock as another driver does; with `new`, in a file of its own after the files of other drivers."""
    other = {"token": "other", "host": "h", "machine": "other", "pid": 1, "process_start": "1", "started_at": ""}
    lock = msgspec.convert(other | fields, Lock)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(file.stem) for file in folder.glob("*.json")]
    number = max(numbers, default=0) + (new or not numbers)
    (folder / f"{number}.json").write_bytes(encode(lock))
    return lock


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_driver_holds_a_lock_at_a_time(folder: Path):
    with Locks() as one, Locks() as other:
        assert one.take(folder)
        assert one.take(folder), "it holds the lock already"
        assert not other.take(folder)
        one.release(folder)
        assert other.take(folder)
        other.release(folder, done=True)
    assert list(folder.parent.iterdir()) == []


def test_the_lock_of_an_ended_process_of_this_machine_is_free_at_once(folder: Path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    put(folder, machine=processes.machine_id(), pid=ended.pid, process_start="12345")
    with Locks() as locks:
        assert locks.take(folder)


def test_the_lock_of_an_ended_process_that_its_parent_did_not_wait_for_is_free(folder: Path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        start = processes.process_start(child.pid)
        lock = put(folder, machine=processes.machine_id(), pid=child.pid, process_start=start)
        assert start
        assert not is_gone(lock)
        child.stdin.close()
        wait_until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
        assert is_gone(lock)
        with Locks() as locks:
            assert locks.take(folder)


def test_a_later_process_with_the_same_number_is_another_process(folder: Path):
    put(folder, machine=processes.machine_id(), pid=os.getpid(), process_start="another start")
    with Locks() as locks:
        assert locks.take(folder)


@pytest.mark.skipif(not psutil.LINUX, reason="only Linux computes the time of the boot from the clock")
def test_a_process_stays_the_same_process_when_the_clock_is_set(monkeypatch: pytest.MonkeyPatch):
    start, seconds = processes.process_start(os.getpid()), psutil.Process().create_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: 0.0)
    monkeypatch.setattr(psutil._pslinux, "BOOT_TIME", None, raising=False)  # where psutil 5.9 keeps it
    assert psutil.Process().create_time() != seconds
    assert processes.is_running(os.getpid(), start)


def test_without_the_linux_files_the_start_is_the_one_that_psutil_reads(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes.psutil, "LINUX", False)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert float(processes.process_start(os.getpid())) == pytest.approx(psutil.Process().create_time())
    assert processes.process_start(ended.pid) == ""


def test_a_process_whose_start_the_system_hides_counts_as_running(monkeypatch: pytest.MonkeyPatch):
    def hidden(pid: int) -> str:
        raise psutil.AccessDenied(pid)

    monkeypatch.setattr(processes, "process_start", hidden)
    assert processes.is_running(1, "start")


def test_a_holder_on_another_machine_is_not_judged_by_its_process_number(folder: Path):
    lock = put(folder, pid=os.getpid(), process_start="another start")
    assert is_elsewhere(lock)
    assert not is_gone(lock)


def test_the_lock_of_another_machine_is_held_while_it_beats_and_free_when_it_does_not(folder: Path):
    with Locks(stale_seconds=0.3) as locks:
        for beat in range(5):
            put(folder, beat=beat)
            assert not locks.take(folder)
            time.sleep(0.1)
        wait_until(lambda: locks.take(folder))
        assert locks.holds(folder)


def test_the_time_of_the_file_does_not_matter(folder: Path):
    put(folder)
    os.utime(folder / "1.json", (0, 0))  # the clock of the other machine shows 1970
    with Locks() as locks:
        assert not locks.take(folder)


def test_a_holder_that_slept_too_long_notices_and_leaves_the_new_lock_alone(folder: Path):
    with Locks(beat_seconds=0.05) as locks:
        assert locks.take(folder)
        other = put(folder, new=True)
        wait_until(lambda: not locks.holds(folder))
        locks.release(folder)
        assert read_lock(folder) == other
    assert read_lock(folder) == other


def test_a_driver_knows_the_lock_that_it_took_over(folder: Path):
    ended = put(folder, machine=processes.machine_id(), pid=os.getpid(), process_start="another start")
    with Locks() as locks:
        locks.take(folder)
        assert locks.replaced(folder) == ended
        locks.release(folder)
        locks.take(folder)
        assert locks.replaced(folder) is None, "its holder released it"


def test_a_beat_writes_the_progress_of_the_cell(folder: Path):
    with Locks(beat_seconds=0.05) as locks:
        locks.take(folder)
        locks.set_progress(folder, Progress("pretrain", 2.0, 50.0, 0.25))
        wait_until(lambda: (lock := read_lock(folder)) is not None and lock.beat > 1)
        lock = read_lock(folder)
        assert lock is not None
        assert lock.host == platform.node()
        assert lock.progress == Progress("pretrain", 2.0, 50.0, 0.25)


DAMAGED = [b"", b"\xff\xfe", b"[" * 100_000, b"{}"]
"""Contents of a damaged lock file: empty after a power cut, not UTF-8, nested too deeply, without a digest."""


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_lock_that_does_not_change_is_free_after_a_time(folder: Path, content: bytes):
    put(folder)
    (folder / "1.json").write_bytes(content)
    lines: list[str] = []
    with Locks(lines.append, stale_seconds=0.1) as locks:
        assert not locks.take(folder), "its holder may run and mend it"
        time.sleep(0.2)
        assert locks.take(folder)
    assert len(lines) == 1
    assert str(folder / "1.json") in lines[0]


@pytest.mark.parametrize("content", DAMAGED)
def test_the_heartbeat_mends_a_damaged_lock_and_goes_on(folder: Path, content: bytes):
    with Locks(beat_seconds=0.05) as holder, Locks(stale_seconds=30.0) as other:
        assert holder.take(folder)
        for _ in range(3):
            (folder / "1.json").write_bytes(content)
            assert not other.take(folder)
            wait_until(lambda: read_lock(folder) is not None)
        assert holder.still_holds(folder)


def test_one_of_many_drivers_takes_over_the_lock_of_an_ended_driver(folder: Path):
    drivers = [Locks() for _ in range(8)]
    ended = {"machine": processes.machine_id(), "pid": os.getpid(), "process_start": "another start"}
    with ThreadPoolExecutor(len(drivers)) as threads:
        for _ in range(50):
            put(folder, new=True, **ended)
            assert sum(threads.map(lambda driver: driver.take(folder), drivers)) == 1
            for driver in drivers:
                driver.release(folder)


def test_a_folder_that_cannot_be_made_is_an_error_and_not_an_endless_loop(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "missing" / "folder")
    with Locks() as locks, pytest.raises(FileExistsError):
        locks.take(tmp_path / "link" / "key")


def test_a_lock_without_a_start_of_its_process_is_free(folder: Path):
    """Such a lock is forged: a process of this machine that does not run has no start, either."""
    assert is_gone(put(folder, new=True, machine=processes.machine_id(), pid=2**31, process_start=""))


def test_a_reader_of_a_damaged_lock_gets_a_line(folder: Path):
    put(folder, new=True)
    (folder / "1.json").write_bytes(b"[" * 100_000)
    lines: list[str] = []
    assert read_lock(folder, lines.append) is None
    assert len(lines) == 1
    assert f"{folder / '1.json'}: a damaged lock" in lines[0]


def test_a_lock_with_the_highest_number_is_refused(folder: Path):
    put(folder, new=True)
    (folder / "1.json").rename(folder / "999999999.json")
    with Locks(stale_seconds=0.0) as locks:
        assert not locks.take(folder)  # a lock of another machine, whose beats are now observed
        with pytest.raises(UsageError, match="remove this folder"):
            locks.take(folder)
