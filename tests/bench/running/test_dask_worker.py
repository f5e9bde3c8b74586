"""The turns of cells on the GPUs of a Dask worker; the worker of the test is this process."""

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from grids import job_of
from msgspec.structs import replace

from bench.datasets.load import load
from bench.machine import gpu_turns
from bench.machine.gpu_locks import take_gpu
from bench.machine.gpus import Gpu
from bench.running import dask_worker
from bench.running.attempt import Task
from bench.running.dask_worker import _turn
from bench.store.records import Cell
from bench.store.store import Store

CARD = Gpu("Card A", "a", "3", 1)


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Task]:
    """The task of a method on a device. The worker sees one card if the device is a GPU with CUDA."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpu_turns, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(dask_worker, "_gpus", lambda device: (CARD,))
    job = job_of(load("digits", cache_dir=tmp_path / "cache"), Store(tmp_path, "x"))

    def of(method: str, device: str) -> Task:
        made = job.task(Cell(method=method, seed=0, n_clusters=10, params={}), on_cluster=True)
        return replace(made, environment=replace(made.environment, device=device))

    return of


def never(end: Callable[[], None]) -> nullcontext[None]:
    return nullcontext()


def test_a_cell_has_the_gpu_of_the_worker_for_itself(task: Callable[[str, str], Task]):
    with _turn(task("som", "cuda:1"), never) as (own, variables):
        assert (own.environment.device, own.environment.accelerator) == ("cuda", "Card A")
        assert variables == {"CUDA_VISIBLE_DEVICES": "3"}
        assert take_gpu(CARD) is None
    file = take_gpu(CARD)
    assert file is not None
    os.close(file)


@pytest.mark.parametrize(("method", "device"), [("som", "cpu"), ("sklearn.cluster:Birch", "cpu")])
def test_a_cell_that_uses_no_gpu_takes_none(task: Callable[[str, str], Task], method: str, device: str):
    asked = task(method, device)
    with _turn(asked, never) as (own, variables):
        assert (own, variables) == (asked, {})
        file = take_gpu(CARD)
        assert file is not None
        os.close(file)


def test_a_cell_that_waits_for_the_gpu_ends_if_it_is_cancelled(
    task: Callable[[str, str], Task],
):
    @contextmanager
    def at_once(end: Callable[[], None]) -> Iterator[None]:
        end()
        yield

    file = take_gpu(CARD)
    assert file is not None
    with pytest.raises(CancelledError), _turn(task("som", "cuda"), at_once):
        pytest.fail("it has the GPU of another cell")
    os.close(file)
