"""The device of the scores: that of the run, where it is used already or was asked for; and their turn on a GPU."""

import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from grids import cells_of, job_of, run
from msgspec.structs import replace
from observers import Log

from bench.datasets.load import load
from bench.machine import gpu_turns
from bench.machine.gpu_locks import take_gpu
from bench.machine.gpus import Gpu
from bench.metrics.device.engine import DeviceEngine
from bench.metrics.engine import PROCESSOR
from bench.running.executors import InProcess
from bench.running.scoring_device import scoring_device, scoring_engine
from bench.store.records import Record
from bench.store.store import Store


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Of a fit of K-Means."""
    folder = tmp_path_factory.mktemp("results")
    data = load("digits", cache_dir=folder / "cache")
    store, log = Store(folder, "digits"), Log()
    job = job_of(data, store)
    (cell,) = cells_of(data, "kmeans", "kmeans.n_init=1")
    run([cell], job, log, InProcess(job))
    found = store.finished(cell)
    assert found is not None
    return found


def test_a_run_whose_methods_work_on_the_processor_starts_no_gpu(record: Record) -> None:
    assert scoring_device("auto", "cuda", [record]) == "cpu"
    assert scoring_device("auto", "cuda", [replace(record, device=None)]) == "cpu"
    assert scoring_device("cuda:1", "cuda:1", [record]) == "cuda:1"


def test_the_gpu_that_trained_one_fit_scores_all(record: Record) -> None:
    trained = replace(record, device="cuda:1")
    assert scoring_device("auto", "cuda", [record, trained]) == "cuda"
    assert scoring_device("cpu", "cpu", [record, trained]) == "cpu"


def test_the_processor_scores_fits_of_other_machines(record: Record) -> None:
    assert scoring_device("cuda", None, [replace(record, device="cuda")]) == "cpu"


GPUS = (Gpu("Card A", "a", "3", 1), Gpu("Card B", "b", "5", 1))


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks of GPUs are in a folder of the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpu_turns, "_POLL_SECONDS", 0.01)


@pytest.mark.usefixtures("locks")
def test_scores_wait_for_the_cells_of_other_commands_on_their_gpu_and_keep_it() -> None:
    held = [take_gpu(gpu) for gpu in GPUS]
    assert held[0] is not None
    lines: list[str] = []
    said = threading.Event()

    def score() -> tuple[type, int | None]:
        with scoring_engine("cuda", GPUS, lambda line: (lines.append(line), said.set())) as engine:
            return type(engine), take_gpu(GPUS[0])

    with ThreadPoolExecutor(1) as pool:
        scored = pool.submit(score)
        assert said.wait(10)
        assert not scored.done()
        os.close(held[0])
        assert scored.result(10) == (DeviceEngine, None)
    assert lines == ["waiting, because cells of other commands use GPU 3 (Card A)."]
    free = take_gpu(GPUS[0])
    assert free is not None
    for file in (free, held[1]):
        assert file is not None
        os.close(file)


@pytest.mark.usefixtures("locks")
def test_scores_of_the_processor_wait_for_no_gpu() -> None:
    held = take_gpu(GPUS[0])
    with scoring_engine("cpu", GPUS, pytest.fail) as engine:
        assert engine is PROCESSOR
    assert held is not None
    os.close(held)
