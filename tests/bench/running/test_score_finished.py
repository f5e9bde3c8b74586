"""Scores of finished fits: those of plug-ins' metrics, and those that a device computes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from grids import cells_of, job_of, run
from observers import Log
from plugin_packages import found_here, uninstall

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.machine.gpus import Gpu
from bench.metrics import engine
from bench.metrics.device import engine as device_engine
from bench.metrics.device.engine import DeviceEngine
from bench.metrics.scatter import Scatter
from bench.running.executors import InProcess
from bench.running.score_finished import score_finished
from bench.store.records import Cell, Record, Scores
from bench.store.store import Store

SOURCE = """
from bench import Metric

def share(fit):
    return float((fit.labels == 0).mean()) * {factor}

SHARE = Metric("first_share", "First cluster", "share_of_tests:share", "clusters", "text", (0, 1))
"""
POINTS = "[dec_bench.metrics]\nfirst_share = share_of_tests:SHARE\n"
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    with found_here(tmp_path / "packages", monkeypatch) as install_here:
        yield lambda factor="1", version="1.0": install_here(
            "shares", {"share_of_tests": SOURCE.format(factor=factor)}, POINTS, version=version
        )


@pytest.fixture
def data(tmp_path: Path) -> ImageData:
    return load("digits", cache_dir=tmp_path / "cache")


@pytest.fixture
def two(data: ImageData, tmp_path: Path) -> tuple[list[Cell], Store]:
    """Two finished fits without scores."""
    store, log = Store(tmp_path / "results", "digits"), Log()
    cells, job = cells_of(data, "kmeans", "kmeans.n_init=1", seeds="2"), job_of(data, store)
    run(cells, job, log, InProcess(job))
    return cells, store


@pytest.fixture
def done(two: tuple[list[Cell], Store], data: ImageData, install: Install) -> tuple[list[Cell], Store]:
    """Two finished fits that were scored before the package was installed."""
    cells, store = two
    score_finished(cells, data, store, 1, Log().scoring)
    return two


def scores_of(done: tuple[list[Cell], Store], data: ImageData) -> list[Scores]:
    cells, store = done
    assert score_finished(cells, data, store, 1, Log().scoring) == set()
    found = [store.scores(store.finished(cell)) for cell in cells]
    return [scores for scores in found if scores is not None]


def no_pass(*_: object) -> None:
    pytest.fail("the distances were computed again")


@pytest.mark.slow
def test_a_new_metric_is_computed_for_finished_fits_and_nothing_else_is(
    done: tuple[list[Cell], Store], data: ImageData, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scores_of(done, data)
    install()
    monkeypatch.setattr(engine, "estimate_silhouettes", no_pass)
    cells, store = done
    for cell, old, new in zip(cells, before, scores_of(done, data), strict=True):
        share = float((store.arrays(cell.key)["labels"] == 0).mean())
        assert new.values == old.values | {"first_share": share}
        assert new.plugins["first_share"].source == "shares 1.0"


@pytest.mark.slow
def test_another_version_computes_it_again_and_the_same_version_does_not(
    done: tuple[list[Cell], Store], data: ImageData, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    first = scores_of(done, data)
    install(factor="0.5")
    assert scores_of(done, data) == first
    install(factor="0.5", version="1.1")
    for old, new in zip(first, scores_of(done, data), strict=True):
        assert new.values["first_share"] == old.values["first_share"] * 0.5
        assert new.plugins["first_share"].source == "shares 1.1"


@pytest.mark.slow
def test_a_failed_metric_is_tried_again_and_the_other_scores_stay(
    done: tuple[list[Cell], Store], data: ImageData, install: Install
) -> None:
    before = scores_of(done, data)
    install(factor="(1 / 0)")
    for old, new in zip(before, scores_of(done, data), strict=True):
        assert new.values == old.values | {"first_share": None}
        failure = new.plugins["first_share"].failure
        assert failure is not None
        assert (failure.type, failure.message) == ("ZeroDivisionError", "division by zero")
    install()
    for new in scores_of(done, data):
        assert new.values["first_share"] is not None
        assert new.plugins["first_share"].failure is None


@pytest.mark.slow
def test_the_value_of_a_package_that_is_gone_is_kept_when_all_else_is_computed_again(
    done: tuple[list[Cell], Store], data: ImageData, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    with_plugin = scores_of(done, data)
    uninstall(tmp_path / "packages", "shares")
    monkeypatch.setattr("bench.running.score_finished.metrics_version", lambda: "another")
    for old, new in zip(with_plugin, scores_of(done, data), strict=True):
        assert (new.values, new.plugins) == (old.values, old.plugins)
        assert (old.metrics_version == "another", new.metrics_version) == (False, "another")


@pytest.fixture
def on_torch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[Record]], str]:
    """As `device_for`: scores are computed by the code for GPUs, on the processor."""
    monkeypatch.setattr(
        "bench.running.scoring_device.engine_on", {"cuda": DeviceEngine("cpu"), "cpu": engine.PROCESSOR}.get
    )
    return lambda records: "cuda"


def stored(cells: Sequence[Cell], store: Store) -> list[Scores]:
    return [scores for cell in cells if (scores := store.scores(store.finished(cell))) is not None]


@pytest.mark.slow
def test_scores_of_two_devices_never_stand_beside_each_other(
    two: tuple[list[Cell], Store], data: ImageData, on_torch: Callable[[Sequence[Record]], str]
) -> None:
    cells, store = two
    score_finished(cells[:1], data, store, 1, Log().scoring)
    (first,) = stored(cells, store)
    assert first.device == "cpu"
    score_finished(cells, data, store, 1, Log().scoring, on_torch)
    both = stored(cells, store)
    assert [scores.device for scores in both] == ["torch cpu"] * 2
    assert both[0].values["silhouette_input"] != first.values["silhouette_input"]  # the last digits
    assert both[0].values == {name: value and pytest.approx(value, abs=1e-6) for name, value in first.values.items()}


@pytest.mark.slow
def test_complete_scores_of_another_device_stay_and_take_no_turn_on_a_gpu(
    two: tuple[list[Cell], Store],
    data: ImageData,
    on_torch: Callable[[Sequence[Record]], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells, store = two
    score_finished(cells, data, store, 1, Log().scoring)
    before = stored(cells, store)
    monkeypatch.setattr(device_engine, "upload", no_pass)
    monkeypatch.setattr("bench.running.scoring_device.GpuTurns", no_pass)
    score_finished(cells, data, store, 1, Log().scoring, on_torch, (Gpu("Card A", "a", "3", 1),))
    assert stored(cells, store) == before


@pytest.mark.slow
def test_without_memory_of_the_gpu_the_processor_computes_all_scores(
    two: tuple[list[Cell], Store],
    data: ImageData,
    on_torch: Callable[[Sequence[Record]], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The memory ends at the second fit, when the first one has its scores already."""
    cells, store = two
    calls: list[int] = []
    original = device_engine.scatter.scatter

    def scatter(*arguments: Any) -> Scatter:
        calls.append(1)
        if len(calls) == 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return original(*arguments)

    monkeypatch.setattr(device_engine.scatter, "scatter", scatter)
    score_finished(cells, data, store, 1, Log().scoring, on_torch)
    assert len(calls) == 2
    assert [scores.device for scores in stored(cells, store)] == ["cpu"] * 2
    assert store.warnings == [
        "the GPU has too little free memory for the metrics, so the processor computes them; if other programs use the "
        "GPU, end them before the next run."
    ]
