"""Cells in their own processes: the same bits as in this process, and no process left behind after an error."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from grids import QUICK, cells_of, job_of, run
from observers import Log

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.machine.gpus import Gpu
from bench.running.attempt import Result, Stopwatch, Task
from bench.running.executors import InProcess, Processes
from bench.store.lock_files import read_lock
from bench.store.records import Cell, Failure
from bench.store.store import Store
from methods.registry import METHODS, Progress

posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups")


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


class Together(Log):
    """Records the methods that run at once, and the methods that pretrain an autoencoder."""

    def __init__(self) -> None:
        super().__init__()
        self.running: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.pretrained: set[str] = set()

    def cell_progress(self, cell: Cell, progress: Progress) -> None:
        super().cell_progress(cell, progress)
        if progress.phase == "pretrain":
            self.pretrained.add(cell.method)

    def cell_started(self, cell: Cell) -> None:
        self.running.add(cell.method)
        self.together.add(frozenset(self.running))

    def cell_ended(self, result: Result) -> None:
        super().cell_ended(result)
        self.running.discard(result.attempt.cell.method)


@pytest.mark.slow
def test_two_cells_at_once_give_the_same_bits_as_one_after_the_other(data: ImageData, tmp_path: Path):
    cells = cells_of(data, "dec,ae-kmeans,som,kmeans", *QUICK)
    jobs = [job_of(data, Store(tmp_path / name, "x")) for name in ("one", "two")]
    run(cells, jobs[0], Log(), InProcess(jobs[0]))
    log = run(cells, jobs[1], Together())
    assert len(log.pretrained) == 1, "the other method uses its weights"
    assert frozenset({"dec", "som"}) in log.together
    assert {"pretrain", "cluster", "map"} <= set(log.phases)
    for cell in cells:
        one, two = (job.store.arrays(cell.key) for job in jobs)
        assert set(one) == set(two)
        for name, array in one.items():
            np.testing.assert_array_equal(array, two[name], err_msg=f"{cell.key}: {name}")


def test_a_cell_without_a_gpu_is_passed_over(data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The first map runs until kmeans has run: the second map, which stands before it, must not take the slot."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(METHODS, "kmeans", replace(METHODS["kmeans"], takes_device=False))
    job = replace(job_of(data, Store(tmp_path, "x")), gpus=(Gpu("Card A", "a", "3", 1),))
    executor = Processes(job, 2)
    has_run = threading.Event()
    ran: list[tuple[str, Mapping[str, str], str | None, str | None]] = []

    def fail(task: Task, variables: Mapping[str, str], progress: object) -> Result:
        if task.cell.method == "kmeans":
            has_run.set()
        assert has_run.wait(20)
        ran.append((task.cell.method, variables, task.environment.device, task.environment.accelerator))
        return Result(Stopwatch(task).ended("failed", Failure(type="Fault", message="none")))

    monkeypatch.setattr(executor._pool, "run", fail)
    (kmeans,) = cells_of(data, "kmeans")
    log = run([*cells_of(data, "som", seeds="2"), kmeans], job, Log(), executor)
    assert log.endings == 3 * ["failed"]
    card = {"CUDA_VISIBLE_DEVICES": "3"}
    of_kmeans = ("kmeans", {}, "cpu", job.environment.accelerator)
    assert sorted(ran, key=str) == [of_kmeans, *2 * [("som", card, "cuda", "Card A")]]


@pytest.mark.slow
def test_an_interrupted_driver_ends_its_cell_processes(data: ImageData, tmp_path: Path):
    class Interrupting(Log):
        def cell_ended(self, result: Result) -> None:
            raise KeyboardInterrupt

    job = job_of(data, Store(tmp_path, "x"))
    endless, kmeans = cells_of(data, "som,kmeans", "som.n_steps=10000000")
    executor = Processes(job, 2)
    with pytest.raises(KeyboardInterrupt):
        run([endless, kmeans], job, Interrupting(), executor)
    assert not executor._pool._busy
    assert not executor._pool._waiting
    assert job.store.finished(kmeans) is not None
    assert read_lock(job.store.lock_path(endless.key)) is None


def test_a_worker_refuses_data_that_changed(data: ImageData, tmp_path: Path):
    job = job_of(replace(data, digest="0" * 64), Store(tmp_path, "x"))
    (kmeans,) = cells_of(data, "kmeans")
    failure = run([kmeans], job, Log()).result("kmeans").attempt.failure
    assert failure is not None
    assert "changed during the run" in failure.message


@pytest.mark.slow
@posix
def test_cell_processes_end_with_a_killed_driver_process(tmp_path: Path):
    command = "run --dataset digits --methods som --seeds 2 --jobs 2 --param som.n_steps=10000000"
    driver = subprocess.Popen([sys.executable, "-m", "bench", *command.split(), "--results-dir", str(tmp_path)])
    try:
        workers: list[int] = []
        deadline = time.monotonic() + 60
        while len(workers) < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
            workers = spawned_by(driver.pid)
        assert len(workers) == 2
    finally:
        driver.kill()
        driver.wait()
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(alive(pid) for pid in workers)


def spawned_by(pid: int) -> list[int]:
    """The cell processes of a driver process: its children that lead a process group."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,pgid="], capture_output=True, text=True, check=True).stdout
    rows = [[int(field) for field in line.split()] for line in listing.splitlines()]
    return [child for child, parent, group in rows if parent == pid and group == child]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")
