"""Cells on a real GPU with CUDA: its memory runs out, its errors stay in their process, and each fit has its peak."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from clusters import MODULES
from grids import CODE, QUICK, cells_of, run
from observers import Log

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.experiments.request import Limits
from bench.machine.environment import describe_machine
from bench.running.executors import Processes
from bench.running.job import Job
from bench.store.records import Cell
from bench.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.cuda]

FILLER = "card_filler:CardFiller"
DRIVER = """
import sys
import torch
from bench.cli.app import main
from bench.commands import run

def score(*arguments):
    assert not torch.cuda.is_initialized()
    return score_finished(*arguments)

score_finished, run.score_finished = run.score_finished, score
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


@pytest.fixture
def job(data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A job on the first GPU, whose cells may use 4 GB of it."""
    monkeypatch.setenv("PYTHONPATH", MODULES)
    machine = describe_machine(1, "cuda:0")
    store, limits = Store(tmp_path, "x"), Limits(gpu_bytes=4 * 10**9)
    return Job(data, store, machine.environment, CODE, limits, gpus=machine.gpus)


def filler(megabytes: int, fault: str = "none") -> Cell:
    return Cell(method=FILLER, seed=0, n_clusters=None, params={"megabytes": megabytes, "fault": fault})


def test_a_lack_of_memory_and_an_illegal_access_leave_the_next_cells_alone(job: Job):
    cells = [filler(5_000), filler(100), filler(1, "illegal"), filler(300)]
    log = run(cells, job, Log(), Processes(job, 1))
    by_size = {result.attempt.cell.params["megabytes"]: result.attempt for result in log.results}
    assert by_size[5_000].ending == "out of memory"
    assert [attempt.ending for attempt in log.retried] == 2 * ["out of memory"]
    assert by_size[1].ending == "failed"
    assert by_size[100].ending == by_size[300].ending == "ok"
    peaks = [by_size[size].peak_gpu_bytes for size in (100, 300)]
    assert peaks[0] is not None
    assert peaks[1] is not None
    assert 100 * 10**6 <= peaks[0] < 250 * 10**6 < 300 * 10**6 <= peaks[1] < 450 * 10**6


def test_a_network_has_a_peak(job: Job, data: ImageData):
    log = run(cells_of(data, "dec,kmeans", *QUICK), job, Log(), Processes(job, 2))
    assert log.endings == ["ok", "ok"]
    assert log.result("dec").attempt.peak_gpu_bytes
    assert log.result("dec").record.environment.accelerator == job.gpus[0].name  # type: ignore[union-attr]
    assert log.result("kmeans").attempt.peak_gpu_bytes is None


def test_the_command_does_not_start_cuda_before_all_cells_have_ended(tmp_path: Path):
    arguments = f"run --dataset digits --methods dec --seeds 1 --threads 1 --results-dir {tmp_path}".split()
    params = [f"--param={each}" for each in QUICK if each.startswith("dec.")]
    environment = {**os.environ, "PYTHONPATH": MODULES}
    program = [sys.executable, "-c", DRIVER, *arguments, *params]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
