from dataclasses import dataclass

import numpy as np
import psutil
import pytest

from bench.experiments.request import Execution
from bench.running import side_by_side
from bench.running.side_by_side import cells_at_once, longest_first, threads_per_cell
from bench.store.records import Cell

SMALL, LARGE = np.zeros((100, 64), np.float32), np.broadcast_to(np.float32(0), (70_000, 784))
DEC = [Cell(method="dec", preset="small", seed=seed, n_clusters=10) for seed in range(6)]
KMEANS = [Cell(method="kmeans", seed=seed, n_clusters=10) for seed in range(6)]


@dataclass
class Data:
    features: np.ndarray


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(side_by_side, "available_cores", lambda: 4)
    monkeypatch.setattr("bench.machine.threads.available_cores", lambda: 4)


@pytest.mark.parametrize(
    ("execution", "features", "device", "cells", "expected"),
    [
        (Execution(), SMALL, "cpu", DEC, (1, 4)),
        (Execution(), SMALL, "cpu", DEC[:2], (1, 2)),
        (Execution(), SMALL, "cpu", DEC[:1], (1, 1)),
        (Execution(), SMALL, "cpu", KMEANS, (1, 1)),
        (Execution(), SMALL, "cpu", [*KMEANS, DEC[0]], (1, 4)),
        (Execution(), SMALL, "cuda", DEC, (4, 1)),
        (Execution(), LARGE, "cpu", DEC, (4, 1)),
        (Execution(threads=2), SMALL, "cpu", DEC, (2, 2)),
        (Execution(jobs=1), SMALL, "cpu", DEC, (4, 1)),
        (Execution(jobs=2), LARGE, "cpu", DEC, (2, 2)),
        (Execution(jobs=8), SMALL, "cpu", DEC, (1, 8)),
    ],
)
def test_threads_and_cells_at_once(execution, features, device, cells, expected):
    data = Data(features)
    assert (threads_per_cell(execution, data, device), cells_at_once(execution, data, device, cells)) == expected


def test_an_unknown_class_may_train_for_long():
    cells = [Cell(method="somebodys.package:Class", seed=seed, n_clusters=10) for seed in range(2)]
    assert cells_at_once(Execution(), Data(SMALL), "cpu", cells) == 2


def test_the_threads_of_the_environment_are_respected(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert threads_per_cell(Execution(), Data(SMALL), "cpu") == 3
    assert cells_at_once(Execution(), Data(SMALL), "cpu", DEC) == 1


def test_memory_limits_the_cells_at_once(monkeypatch: pytest.MonkeyPatch):
    class Memory:
        available = 3.2e9

    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    assert cells_at_once(Execution(), Data(SMALL), "cpu", DEC) == 2


def test_cells_that_train_a_network_start_first():
    cells = [KMEANS[0], DEC[0], KMEANS[1], DEC[1]]
    assert longest_first(cells) == [DEC[0], DEC[1], KMEANS[0], KMEANS[1]]
