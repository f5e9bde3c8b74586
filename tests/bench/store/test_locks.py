"""No two drivers hold one lock, and none is lost with its driver."""

import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from bench.store.locks import Lock, Locks, read_lock
from methods.registry import Progress


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "cell"


def put(path: Path, *, new: bool = False, **content: object) -> Lock:
    """A lock that another driver left there; `new`: one that it created after another."""
    fields = {"token": "other", "host": "h", "machine": "elsewhere", "pid": 1, "born": "1", "started_at": "", **content}
    lock = msgspec.convert(fields, Lock)
    path.mkdir(parents=True, exist_ok=True)
    numbers = [int(file.stem) for file in path.glob("*.json")]
    number = max(numbers, default=0) + (new or not numbers)
    (path / f"{number}.json").write_bytes(msgspec.json.encode(lock))
    return lock


def mine() -> Lock:
    """What this process writes."""
    return Locks()._lock_of_this_process()


def test_one_driver_at_a_time(path: Path):
    with Locks() as one, Locks() as other:
        assert one.take(path)
        assert one.take(path), "it is its own"
        assert not other.take(path)
        one.release(path)
        assert other.take(path)
        other.release(path, done=True)
    assert list(path.parent.iterdir()) == []


def test_a_claim_of_a_dead_process_of_this_machine_is_free_at_once(path: Path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    put(path, machine=mine().machine, pid=dead.pid, born="12345")
    with Locks() as locks:
        assert locks.take(path)


def test_a_process_that_got_the_number_of_a_dead_one_is_another(path: Path):
    put(path, machine=mine().machine, pid=os.getpid(), born="another start")
    with Locks() as locks:
        assert locks.take(path)


def test_a_remote_claim_is_held_while_it_beats_and_free_when_it_does_not(path: Path):
    with Locks(stale_seconds=0.3) as locks:
        for beat in range(5):
            put(path, beat=beat)
            assert not locks.take(path)
            time.sleep(0.1)
        deadline = time.monotonic() + 10
        while not locks.take(path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert locks.holds(path)


def test_clocks_do_not_matter(path: Path):
    put(path)
    os.utime(path / "1.json", (0, 0))  # written in 1970, as its machine believes
    with Locks() as locks:
        assert not locks.take(path)


def test_a_holder_that_slept_too_long_notices_and_takes_nothing_away(path: Path):
    with Locks(beat_seconds=0.05) as locks:
        assert locks.take(path)
        other = put(path, new=True)
        deadline = time.monotonic() + 10
        while locks.holds(path) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not locks.holds(path)
        locks.release(path)
        assert read_lock(path) == other
    assert read_lock(path) == other


def test_a_beat_tells_how_far_the_cell_is(path: Path):
    with Locks(beat_seconds=0.05) as locks:
        locks.take(path)
        locks.tell(path, Progress("pretrain", 2.0, 50.0, 0.25))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            seen = read_lock(path)
            if seen is not None and seen.beat > 1:
                break
            time.sleep(0.02)
        assert seen is not None
        assert seen.host == platform.node()
        assert seen.progress == Progress("pretrain", 2.0, 50.0, 0.25)


def test_a_damaged_claim_holds_nothing(path: Path):
    put(path)
    (path / "1.json").write_bytes(b"")
    with Locks() as locks:
        assert locks.take(path)


def test_of_many_drivers_that_find_a_dead_claim_one_gets_it(path: Path):
    drivers = [Locks() for _ in range(8)]
    with ThreadPoolExecutor(len(drivers)) as threads:
        for _ in range(50):
            put(path, new=True, machine=mine().machine, pid=os.getpid(), born="another start")
            assert sum(threads.map(lambda driver: driver.take(path), drivers)) == 1
            for driver in drivers:
                driver.release(path)
