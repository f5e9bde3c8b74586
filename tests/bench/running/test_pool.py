"""A pool of worker processes: the same bits as a new process for each cell, and no cell harms the next one."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from clusters import MODULES
from grids import QUICK, cells_of, job_of
from msgspec import structs

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.experiments.request import Limits
from bench.machine.memory import peak_bytes, reset_peak
from bench.running.attempt import Result
from bench.running.fitting import run_cell
from bench.running.job import Job
from bench.running.pool import Pool
from bench.store.records import Cell
from bench.store.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not psutil.LINUX, reason="elsewhere a worker process runs one cell only"),
]

WRONG = "wrongdoer:Wrongdoer"
UNSHARED = {"started_at", "fit_seconds", "phase_seconds", "attempt"}
"""Fields of a record in which no two fits agree: times, and the identity of the attempt."""


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


@pytest.fixture
def job(data: ImageData, tmp_path: Path) -> Job:
    return job_of(data, Store(tmp_path, "x"))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """One pool for most tests: a test begins in the process that an earlier one has left."""
    made = Pool()
    yield made
    made.close()


@pytest.fixture
def new_pool() -> Iterator[Pool]:
    made = Pool()
    yield made
    made.close()


def fit(pool: Pool, job: Job, cell: Cell) -> Result:
    return pool.run(job.task(cell), {"PYTHONPATH": MODULES}, lambda progress: None)


def wrong(how: str, seed: int = 0) -> Cell:
    return Cell(method=WRONG, seed=seed, n_clusters=2, params={"how": how})


def kmeans(seed: int = 0) -> Cell:
    return Cell(method="kmeans", seed=seed, n_clusters=10, params={"n_init": 1})


def limited(job: Job, seconds: float | None = None, memory: int | None = None) -> Job:
    return replace(job, limits=Limits(seconds, memory))


def test_the_bits_are_those_of_a_new_process_and_of_this_process(data: ImageData, job: Job, pool: Pool, tmp_path: Path):
    cells = cells_of(data, "kmeans,som,dec,ae-kmeans", *QUICK, seeds="2")
    pooled = [fit(pool, job, cell) for cell in cells]
    assert len({result.attempt.pid for result in pooled}) == 1
    for cell, one in zip(cells, pooled, strict=True):
        others = [run_cell(job_of(data, Store(tmp_path / "here", "x")).task(cell), data, lambda progress: None)]
        if cell.seed == 1:  # the pool has run this method before
            others.append(fit_alone(job_of(data, Store(tmp_path / "new", "x")), cell))
            assert others[1].attempt.pid not in (one.attempt.pid, os.getpid())
        for other in others:
            assert one.record is not None
            assert other.record is not None
            assert deterministic(one) == deterministic(other), cell.key
            assert set(one.arrays) == set(other.arrays)
            for name in set(one.arrays) - {"trace_seconds"}:
                assert one.arrays[name].tobytes() == other.arrays[name].tobytes(), f"{cell.key}: {name}"
                assert one.arrays[name].dtype == other.arrays[name].dtype


def fit_alone(job: Job, cell: Cell) -> Result:
    """The result of a process that runs this cell only."""
    alone = Pool()
    try:
        return fit(alone, job, cell)
    finally:
        alone.close()


def deterministic(result: Result) -> dict[str, object]:
    """The record of a fit without the fields in which no two fits agree."""
    assert result.record is not None
    fields = structs.asdict(result.record)
    return {name: value for name, value in fields.items() if name not in UNSHARED}


def test_a_process_runs_the_next_cell_after_a_success_only(job: Job, pool: Pool):
    wrong_option = structs.replace(kmeans(2), params={"n_init": -1})
    results = [fit(pool, job, cell) for cell in (kmeans(0), kmeans(1), wrong_option, kmeans(3), kmeans(4))]
    assert [result.attempt.ending for result in results] == ["ok", "ok", "failed", "ok", "ok"]
    pids = [result.attempt.pid for result in results]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4]


def test_the_process_of_a_third_party_class_runs_no_other_method(job: Job, pool: Pool):
    """The process of our methods waits meanwhile, so that methods in turn load their libraries once."""
    cells = [kmeans(0), wrong("behave"), wrong("free_memory"), kmeans(1)]
    pids = [fit(pool, job, cell).attempt.pid for cell in cells]
    assert pids[0] == pids[3] != pids[1] == pids[2]


def test_the_process_that_waited_longest_ends_for_a_third_class(job: Job, new_pool: Pool):
    others = [Cell(method=name, seed=0, n_clusters=2) for name in ("instant:Instant", "saboteur:Saboteur")]
    ours, first, second, third = (fit(new_pool, job, cell).attempt.pid for cell in (kmeans(), wrong("behave"), *others))
    assert ours is not None
    assert not psutil.pid_exists(ours)
    assert [fit(new_pool, job, cell).attempt.pid for cell in (wrong("behave", 1), *others)] == [first, second, third]
    assert {process._process.pid for process in new_pool._waiting} == {first, second, third}


@pytest.mark.parametrize("how", ["leave_process", "leave_orphan", "leave_thread", "keep_memory", "fork"])
def test_a_cell_that_leaves_traces_gets_no_successor_in_its_process(how: str, job: Job, pool: Pool):
    first, second = (fit(pool, job, cell) for cell in (wrong(how), wrong("behave")))
    assert [result.attempt.ending for result in (first, second)] == ["ok", "ok"]
    assert first.attempt.pid != second.attempt.pid
    if how in ("leave_process", "leave_orphan"):
        command = ["sleep", f"600.{os.getpid()}"]
        running = [process for process in psutil.process_iter(["cmdline"]) if process.info["cmdline"] == command]
        assert running == [], "they ended with the process"


def test_a_process_runs_a_limited_number_of_cells(job: Job, new_pool: Pool):
    pids = [fit(new_pool, job, wrong("behave", seed)).attempt.pid for seed in range(102)]
    assert len(set(pids)) == 2
    assert len(set(pids[:100])) == 1


def test_the_peak_of_the_memory_is_that_of_the_cell(job: Job, pool: Pool):
    large, small = (fit(pool, job, wrong(how)).attempt for how in ("free_memory", "behave"))
    assert large.pid == small.pid
    assert large.peak_bytes is not None
    assert small.peak_bytes is not None
    assert large.peak_bytes - small.peak_bytes > 350_000_000


def test_limits_of_the_memory_hold_in_a_used_process_and_libraries_load_without_them(
    data: ImageData, job: Job, new_pool: Pool
):
    pool = new_pool
    dec = cells_of(data, "dec", *QUICK[:2])[0]
    results = [fit(pool, limited(job, memory=900_000_000), cell) for cell in (kmeans(), dec, kmeans(1))]
    assert [result.attempt.ending for result in results] == ["ok", "ok", "ok"]
    assert len({result.attempt.pid for result in results}) == 1
    fine, hungry = (fit(pool, limited(job, memory=900_000_000), wrong(how)) for how in ("behave", "use_memory"))
    assert fine.attempt.ending == "ok"
    assert hungry.attempt.pid == fine.attempt.pid
    assert hungry.attempt.ending == "out of memory"
    free = fit(pool, job, wrong("free_memory"))
    assert free.attempt.ending == "ok"


def test_the_time_limit_is_that_of_one_cell(job: Job, pool: Pool):
    short = limited(job, seconds=30)
    first = fit(pool, short, wrong("behave"))
    hanging = fit(pool, limited(job, seconds=1), wrong("hang"))
    after = fit(pool, short, wrong("behave", 1))
    assert [result.attempt.ending for result in (first, hanging, after)] == ["ok", "timeout", "ok"]
    assert first.attempt.pid == hanging.attempt.pid != after.attempt.pid
    assert hanging.attempt.wall_seconds < 15


def test_a_process_that_was_killed_while_it_waited_costs_no_attempt(job: Job, new_pool: Pool):
    pool = new_pool
    first = fit(pool, job, kmeans())
    assert first.attempt.pid is not None
    killed = psutil.Process(first.attempt.pid)
    killed.kill()
    killed.wait(10)
    (waiting,) = pool._waiting
    while waiting.lives:
        time.sleep(0.01)
    assert fit(pool, job, kmeans(1)).attempt.ending == "ok"


def test_a_waiting_process_ends_after_its_time_and_with_the_pool(job: Job):
    pool = Pool(idle_seconds=0.5)
    pid = fit(pool, job, kmeans()).attempt.pid
    assert pid is not None
    until_gone(pid)
    last = fit(pool, job, kmeans(1)).attempt
    pool.close()
    assert last.ending == "ok"
    assert last.pid is not None
    assert not psutil.pid_exists(last.pid)


def until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while psutil.pid_exists(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_program_that_reads_its_input_gets_no_task(job: Job, pool: Pool):
    results = [fit(pool, job, wrong(how)) for how in ("read_input", "behave")]
    assert [result.attempt.ending for result in results] == ["ok", "ok"]


def test_a_crash_is_found_although_a_child_process_holds_the_pipes(job: Job, pool: Pool):
    start = time.monotonic()
    attempt = fit(pool, job, wrong("exit_after_fork")).attempt
    assert time.monotonic() - start < 60
    assert attempt.failure is not None
    assert attempt.failure.message == "the process ended without a result, exit code 3"


def test_bytes_that_are_no_frame_end_the_attempt_in_one_line(job: Job, pool: Pool):
    attempt = fit(pool, job, wrong("write_everywhere")).attempt
    assert attempt.ending == "lost worker"
    assert attempt.failure is not None
    assert attempt.failure.message == (
        "the process broke its output: expected a frame, got the bytes b'no frame at all\\n'"
    )
    assert fit(pool, job, wrong("behave")).attempt.ending == "ok"


def test_of_300_mb_that_a_cell_prints_the_last_lines_are_kept(job: Job, pool: Pool):
    fit(pool, job, wrong("mutter"))
    assert reset_peak()
    before = peak_bytes()
    start = time.monotonic()
    failure = fit(pool, job, wrong("print_and_fail")).attempt.failure
    assert time.monotonic() - start < 60
    assert peak_bytes() - before < 30_000_000
    assert failure is not None
    assert failure.traceback.endswith("xxx\nthe last line")
    assert len(failure.traceback) <= 64 * 1024
    assert threading.active_count() < 20


def test_a_failure_has_no_text_of_an_earlier_cell(job: Job, pool: Pool):
    fine, failed = (fit(pool, job, wrong(how, seed=1)).attempt for how in ("mutter", "exit_after_fork"))
    assert fine.pid == failed.pid
    assert failed.failure is not None
    assert failed.failure.traceback == ""
