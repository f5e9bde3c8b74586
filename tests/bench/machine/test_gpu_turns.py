"""The turns of cells on GPUs: each has a GPU for itself, waits for other commands with one line, and can be ended."""

import os
import tempfile
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.machine import gpu_turns
from bench.machine.gpu_locks import take_gpu
from bench.machine.gpu_turns import GpuTurns
from bench.machine.gpus import Gpu

GPUS = (Gpu("Card A", "a", "3", 1), Gpu("Card B", "b", "5", 1))


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpu_turns, "_POLL_SECONDS", 0.01)


def test_each_cell_has_a_gpu_for_itself():
    turns = GpuTurns(GPUS, pytest.fail)
    with turns.one() as first, turns.one() as second:
        assert {first, second} == set(GPUS)
    with turns.one() as third:
        assert third == GPUS[0], "it is free again"


def test_a_gpu_is_free_again_after_an_error():
    turns = GpuTurns(GPUS[:1], pytest.fail)
    with pytest.raises(RuntimeError, match="of the cell"), turns.one():
        raise RuntimeError("of the cell")
    with turns.one() as gpu:
        assert gpu == GPUS[0]


def test_cells_wait_for_other_commands_with_one_line():
    held = [take_gpu(gpu) for gpu in GPUS]
    lines: list[str] = []
    said = threading.Event()
    turns = GpuTurns(GPUS, lambda line: (lines.append(line), said.set()))

    def use() -> Gpu:
        with turns.one() as gpu:
            return gpu

    with ThreadPoolExecutor(2) as pool:
        cells = [pool.submit(use) for _ in range(2)]
        assert said.wait(10)
        assert not any(cell.done() for cell in cells)
        assert held[1] is not None
        os.close(held[1])
        assert [cell.result(10) for cell in cells] == [GPUS[1], GPUS[1]]
    assert held[0] is not None
    os.close(held[0])
    assert lines == ["waiting, because cells of other commands use GPU 3 (Card A), GPU 5 (Card B)."]


def test_the_end_of_the_run_ends_the_waiting():
    held = take_gpu(GPUS[0])
    said = threading.Event()
    turns = GpuTurns(GPUS[:1], lambda line: said.set())

    def use() -> None:
        with turns.one():
            pytest.fail("the GPU is not free")

    with ThreadPoolExecutor(1) as pool:
        cell = pool.submit(use)
        assert said.wait(10)
        turns.close()
        with pytest.raises(CancelledError):
            cell.result(10)
    assert held is not None
    os.close(held)
