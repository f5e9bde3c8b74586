"""Cells on cards that do not exist: a process for each cell, a card for each process, and no card for the command."""

import os
import subprocess
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from clusters import MODULES
from commands import bench, command, start, until
from fake_cuda import events, put_on_path

from bench.machine.gpu_locks import take_gpu
from bench.machine.gpus import Gpu
from bench.store.records import Attempt
from bench.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="locks and process groups")]

USER = "card_user:CardUser"
RUN = f"run --dataset digits --seeds 1 --threads 1 --methods {USER}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the processes did on the cards."""
    return tmp_path / "log"


@pytest.fixture
def environment(tmp_path: Path, log: Path) -> dict[str, str]:
    """Two cards, and a folder for temporary files of its own."""
    (tmp_path / "temporary").mkdir()
    inherited = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    return {
        **inherited,
        "FAKE_CUDA": "2",
        "FAKE_CUDA_LOG": str(log),
        "TMPDIR": str(tmp_path / "temporary"),
        "DEC_BENCH_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": os.pathsep.join([put_on_path(tmp_path / "cards"), MODULES]),
    }


def attempts(folder: Path) -> list[Attempt]:
    store = Store(folder / "results", "digits")
    return [attempt for path in store.path("attempts").glob("*") for attempt in store.attempts(path.name)]


def times_on_cards(log: Path) -> dict[int, list[tuple[float, float]]]:
    """By card, the begin and the end of each fit, in order. Each process sees one card."""
    ends = {event["pid"]: event["at"] for event in events(log, "fitted")}
    times: dict[int, list[tuple[Any, Any]]] = {}
    for event in events(log, "fit"):
        (card,) = event["card"]  # type: ignore[misc, attr-defined]
        times.setdefault(card, []).append((event["at"], ends[event["pid"]]))
    return {card: sorted(each) for card, each in times.items()}


def test_cells_take_turns_on_the_cards_and_the_command_does_not_start_cuda(
    environment: dict[str, str], log: Path, tmp_path: Path
):
    grid = f"--param {USER}.n_bytes=1000000,2000000,3000000 --param {USER}.seconds=2 --param som.n_steps=500"
    driver = start(f"{RUN},som {grid} --jobs 4 --gpu-memory 2", tmp_path, environment, draws=False)
    output, errors = driver.communicate(timeout=300)
    assert (driver.returncode, errors) == (0, ""), output
    started = Counter(event["pid"] for event in events(log, "start"))
    assert driver.pid not in started
    assert max(started.values()) == 1
    assert len(started) == 1 + 4, "the process that looks at the machine, som, and the class three times"

    times = times_on_cards(log)
    assert set(times) == {0, 1}
    assert sum(map(len, times.values())) == 3
    for fits in times.values():
        assert all(end <= begin for (_, end), (begin, _) in pairwise(fits))
    assert len({event["pid"] for event in events(log, "fit")}) == 3, "a process runs one cell on a card"
    assert {event["bytes"] for event in events(log, "limit")} == {2_000_000_000}
    trained = events(log, "train")
    assert sorted(str(event["precision"]) for event in trained) == ["torch.bfloat16", "torch.float32"]
    assert {event["pid"] for event in trained}.isdisjoint(event["pid"] for event in events(log, "fit"))

    cells = pd.read_csv(tmp_path / "results/digits/cells.csv").set_index("method")
    assert sorted(cells.loc[USER, "peak_gpu_bytes"]) == [1_000_000, 2_000_000, 3_000_000]
    assert cells.loc["som", "peak_gpu_bytes"] == 0
    records = [record for record in Store(tmp_path / "results", "digits").records() if record.cell.method == USER]
    assert {(record.environment.device, record.environment.accelerator) for record in records} == {
        ("cuda", "Card 0"),
        ("cuda", "Card 1"),
    }


def test_an_error_of_a_card_stays_in_its_process(environment: dict[str, str], log: Path, tmp_path: Path):
    faults = f"--param {USER}.fault=illegal,accelerator,no_fault"
    done = bench(f"{RUN} {faults} --jobs 1", tmp_path, {**environment, "FAKE_CUDA": "1"}, seconds=300, draws=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "CUDA error: out of memory; trying again." in done.stdout
    found = attempts(tmp_path)
    assert Counter(each.ending for each in found) == {"failed": 1, "out of memory": 3, "ok": 1}
    assert len({each.pid for each in found}) == 5
    assert len({event["pid"] for event in events(log, "fit")}) == 5


def test_a_cell_waits_for_the_chosen_card_while_another_command_uses_it(
    environment: dict[str, str], log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The number of the device counts the visible cards: the second of the cards 7 and 4 is 4."""
    monkeypatch.setattr(tempfile, "tempdir", environment["TMPDIR"])
    held = take_gpu(Gpu("", "uuid-4", "", 0))
    assert held is not None
    output = tmp_path / "output"
    with output.open("w") as file:
        arguments = command(f"{RUN} --device cuda:1", draws=False)
        visible = {**environment, "CUDA_VISIBLE_DEVICES": "7,4"}
        driver = subprocess.Popen(arguments, cwd=tmp_path, env=visible, stdout=file, stderr=file)
    try:
        until(lambda: "waiting, because cells of other commands use GPU 4 (Card 4)." in output.read_text(), seconds=180)
        assert events(log, "fit") == []
        os.close(held)
        assert driver.wait(180) == 0, output.read_text()
    finally:
        driver.kill()
        driver.wait()
    assert [event["card"] for event in events(log, "fit")] == [[4]]
    assert output.read_text().count("waiting") == 1
    manifest = Store(tmp_path / "results", "digits").manifest()
    assert manifest is not None
    assert manifest.environment.device == "cuda:1"
