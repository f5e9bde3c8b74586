"""Cells in processes of their own: the same bits, and nothing left behind by what goes wrong."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.environment import code_version, describe_environment
from bench.executors import Here, Job, Processes
from bench.experiment import parse_experiment
from bench.fitting import Settings
from bench.records import Cell, Record
from bench.runner import run_cells
from bench.store import Store

SETTINGS = Settings(environment=describe_environment(threads=1, device="cpu"), code=code_version())
posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups")


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


def cells_of(data: ImageData, methods: str, *params: str) -> list[Cell]:
    experiment = parse_experiment(
        methods=methods,
        dataset="digits",
        split="train+test",
        seeds="1",
        presets=None,
        latent_dims=None,
        n_clusters=None,
        params=list(params),
    )
    return experiment.cells(data.summary())


class Log:
    """Which cells run at once."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.records: dict[str, Record] = {}
        self.phases: set[str] = set()

    def cell_started(self, cell: Cell) -> None:
        self.running.add(cell.method)
        self.together.add(frozenset(self.running))

    def cell_progress(self, cell: Cell, phase: str, done: float, total: float, loss: float | None) -> None:
        self.phases.add(phase)

    def cell_ended(self, record: Record) -> None:
        self.running.discard(record.cell.method)
        self.records[record.cell.method] = record

    def scoring(self, share: float) -> None: ...

    def warn(self, line: str) -> None: ...


def run(cells: list[Cell], job: Job, slots: int) -> Log:
    log = Log()
    with Here(job) if slots == 1 else Processes(job, slots) as executor:
        run_cells(cells, job.data, job.store, job.settings, log, executor)
    return log


def test_two_at_once_give_the_bits_of_one_after_the_other(data: ImageData, tmp_path: Path):
    quick = ("dec.pretrain_epochs=2", "dec.epochs=1", "ae-kmeans.pretrain_epochs=2", "som.n_steps=500")
    cells = cells_of(data, "dec,ae-kmeans,som,kmeans", *quick)
    jobs = [Job(data, Store(tmp_path / name, "x"), SETTINGS) for name in ("one", "two")]
    run(cells, jobs[0], 1)
    log = run(cells, jobs[1], 2)
    assert not any({"dec", "ae-kmeans"} <= together for together in log.together), "both would pretrain"
    assert frozenset({"dec", "som"}) in log.together
    assert {"pretrain", "cluster", "map"} <= log.phases
    for cell in cells:
        one, two = (job.store.arrays(cell.key) for job in jobs)
        assert set(one) == set(two)
        for name, array in one.items():
            np.testing.assert_array_equal(array, two[name], err_msg=f"{cell.key}: {name}")


@posix
def test_a_killed_worker_is_a_named_failure_and_the_others_go_on(data: ImageData, tmp_path: Path):
    endless, kmeans = cells_of(data, "som,kmeans", "som.n_steps=10000000")

    class Killer(Log):
        def cell_progress(self, cell: Cell, *report: object) -> None:
            if cell == endless:
                for process in executor._running:
                    if process.name == cell.key and process.pid is not None:
                        os.kill(process.pid, signal.SIGKILL)

    job = Job(data, Store(tmp_path, "x"), SETTINGS)
    log = Killer()
    with Processes(job, 2) as executor:
        run_cells([endless, kmeans], data, job.store, SETTINGS, log, executor)
    failure = log.records["som"].failure
    assert failure is not None
    assert (failure.type, failure.message) == ("WorkerLostError", "its process was killed by signal 9")
    assert job.store.finished(kmeans) is not None


def test_an_interrupted_driver_ends_its_workers(data: ImageData, tmp_path: Path):
    class Interrupting(Log):
        def cell_ended(self, record: Record) -> None:
            raise KeyboardInterrupt

    job = Job(data, Store(tmp_path, "x"), SETTINGS)
    endless, kmeans = cells_of(data, "som,kmeans", "som.n_steps=10000000")
    with pytest.raises(KeyboardInterrupt), Processes(job, 2) as executor:
        run_cells([endless, kmeans], data, job.store, SETTINGS, Interrupting(), executor)
    assert not executor._running
    assert job.store.finished(kmeans) is not None


def test_a_worker_refuses_data_that_changed(data: ImageData, tmp_path: Path):
    job = Job(replace(data, digest="0" * 64), Store(tmp_path, "x"), SETTINGS)
    (kmeans,) = cells_of(data, "kmeans")
    failure = run([kmeans], job, 2).records["kmeans"].failure
    assert failure is not None
    assert "changed during the run" in failure.message


@posix
def test_workers_do_not_outlive_a_killed_driver(tmp_path: Path):
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
    """Workers of a driver: its children that lead a process group of their own."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,pgid="], capture_output=True, text=True, check=True).stdout
    rows = [[int(field) for field in line.split()] for line in listing.splitlines()]
    return [child for child, parent, group in rows if parent == pid and group == child]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")
