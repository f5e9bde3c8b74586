"""The device of a run reaches its scores. The code for GPUs works on the processor here."""

import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace

import bench
from bench.commands import run
from bench.machine.environment import Machine
from bench.metrics.device.engine import DeviceEngine
from bench.metrics.engine import PROCESSOR
from bench.store.store import Store
from methods.registry import METHODS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("device", "expected"), [("auto", "cpu"), ("cuda", "torch cpu"), ("cpu", "cpu")])
def test_a_run_that_trains_on_the_processor_uses_the_gpu_only_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str, expected: str
):
    describe = run.describe_machine
    chosen = "cuda" if device == "auto" else device

    def describe_another(threads: int, _: str) -> Machine:
        return Machine(replace(describe(threads, "cpu").environment, device=chosen), ())

    monkeypatch.setitem(METHODS, "kmeans", dataclasses.replace(METHODS["kmeans"], takes_device=False))
    monkeypatch.setattr(run, "describe_machine", describe_another)
    engines = {"cuda": DeviceEngine("cpu")}
    monkeypatch.setattr("bench.running.scoring_device.engine_on", lambda name: engines.get(name, PROCESSOR))
    options = {
        "dataset": "digits",
        "results_dir": tmp_path,
        "seeds": 2,
        "threads": 1,
        "device": device,
        "verbose": False,
    }
    results = bench.run("kmeans", **options)
    store = Store(tmp_path, "digits")
    assert [scores and scores.device for scores in map(store.scores, store.records())] == [expected] * 2
    assert results.cells["silhouette_input"].notna().all()
    assert results.cells["quantization_error"].notna().all()
