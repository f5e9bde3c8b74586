"""Endings of cells: an error of a GPU without memory is `out of memory`, whichever library raises it."""

import dataclasses
from pathlib import Path

import pytest
import torch
from grids import job_of
from msgspec.structs import replace

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.experiments.request import Limits
from bench.machine.memory import is_out_of_memory
from bench.running import fitting
from bench.running.attempt import Result, Task
from bench.running.fitting import run_cell
from bench.store.records import Cell
from bench.store.store import Store
from methods import registry


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


def task_of(data: ImageData, folder: Path, device: str, method: str, **params: object) -> Task:
    cell = Cell(method=method, seed=0, n_clusters=2, params=params)  # type: ignore[arg-type]
    task = job_of(data, Store(folder, "x")).task(cell)
    return replace(task, environment=replace(task.environment, device=device))


def run(task: Task, data: ImageData) -> Result:
    return run_cell(task, data, lambda progress: None)


@pytest.mark.parametrize(
    ("fault", "ending", "message"),
    [
        ("out_of_memory", "out of memory", "CUDA out of memory. Tried to allocate 20.00 GiB."),
        ("accelerator", "out of memory", "CUDA error: out of memory"),
        ("cublas", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED"),
        ("cudnn", "out of memory", "CUDNN_STATUS_ALLOC_FAILED"),
        ("illegal", "failed", "CUDA error: an illegal memory access was encountered"),
    ],
)
def test_the_ending_of_an_error_of_a_gpu(
    fault: str, ending: str, message: str, data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_CUDA_LOG", str(tmp_path / "log"))
    result = run(task_of(data, tmp_path, "cpu", "card_user:CardUser", fault=fault), data)
    assert result.attempt.ending == ending
    assert result.attempt.failure is not None
    assert message in result.attempt.failure.message


@pytest.mark.parametrize(
    ("device", "method", "calls"),
    [
        ("cuda", "som", ["limit 5 cuda", "start cuda", "restart"]),
        ("cuda:1", "som", ["limit 5 cuda:1", "start cuda:1", "restart"]),
        ("cuda", "card_user:CardUser", ["limit 5 cuda", "restart"]),  # whether it uses the device is not known
        ("cuda", "kmeans", []),
        ("cpu", "som", []),
        ("mps", "som", []),
    ],
)
def test_the_gpu_is_ready_before_the_clock_starts(
    device: str,
    method: str,
    calls: list[str],
    data: ImageData,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    found: list[str] = []

    def clock() -> float:
        found.append("clock")
        return 0.0

    kmeans = dataclasses.replace(registry.METHODS["kmeans"], takes_device=False)
    monkeypatch.setitem(registry.METHODS, "kmeans", kmeans)
    monkeypatch.setenv("FAKE_CUDA_LOG", str(tmp_path / "log"))
    monkeypatch.setattr(fitting, "limit_gpu_memory", lambda n_bytes, device: found.append(f"limit {n_bytes} {device}"))
    monkeypatch.setattr(registry, "start_device", lambda device: found.append(f"start {device}"))
    monkeypatch.setattr(fitting, "restart_gpu_peak", lambda: found.append("restart"))
    monkeypatch.setattr(fitting, "gpu_peak_bytes", lambda: 17)
    monkeypatch.setattr(fitting, "perf_counter", clock)
    params = {"n_steps": 100, "rows": 3, "columns": 3} if method == "som" else {}
    task = replace(task_of(data, tmp_path, device, method, **params), limits=Limits(gpu_bytes=5))
    result = run(task, data)
    assert result.attempt.ending == "ok", result.attempt.failure
    assert found == [*calls, "clock", "clock"]
    assert result.attempt.peak_gpu_bytes == (17 if device.startswith("cuda") else None)


def test_an_error_of_the_start_of_the_gpu_is_an_ending_of_the_cell(
    data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(device: str) -> None:
        raise RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")

    monkeypatch.setattr(registry, "start_device", fail)
    assert run(task_of(data, tmp_path, "cuda", "som"), data).attempt.ending == "out of memory"


@pytest.mark.parametrize(
    "message",
    [
        "MPS backend out of memory (MPS allocated: 5.00 GB, other allocations: 1.0 GB, max allowed: 6.0 GB).",
        "HIP out of memory. Tried to allocate 2.00 GiB.",
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to …",
        "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        "cusolver error: CUSOLVER_STATUS_ALLOC_FAILED, when calling `cusolverDnCreate(handle)`",
        "cuFFT error: CUFFT_ALLOC_FAILED",
        "[2] Call to cuMemAlloc results in CUDA_ERROR_OUT_OF_MEMORY",
    ],
)
def test_words_of_a_lack_of_memory(message: str):
    assert is_out_of_memory(RuntimeError(message))


@pytest.mark.parametrize(
    "message",
    [
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`",
        "CUDA error: device-side assert triggered",
        "the file ALLOC_FAILED.txt is missing",
        "the index is out of memory order",
    ],
)
def test_words_of_other_errors(message: str):
    assert not is_out_of_memory(RuntimeError(message))


def test_an_error_that_follows_from_a_lack_of_memory_is_one():
    """As the end of the recording of a CUDA graph, which raises an error of its own."""
    error = RuntimeError("CUDA error: operation failed due to a previous error during capture")
    error.__context__ = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    assert is_out_of_memory(error)
    error.__suppress_context__ = True  # raised `from None`: the error before is no reason of this one
    assert not is_out_of_memory(error)
