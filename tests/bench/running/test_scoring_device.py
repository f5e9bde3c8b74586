"""The device of the scores: that of the run, where it is used already or was asked for."""

import pytest
from grids import cells_of, job_of, run
from msgspec.structs import replace
from observers import Log

from bench.datasets.load import load
from bench.running.executors import InProcess
from bench.running.scoring_device import scoring_device
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
