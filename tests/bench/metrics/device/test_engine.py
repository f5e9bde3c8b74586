"""The engine of a device: it scores fits like the processor, uploads once, and says when its memory is too small."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from bench.metrics.device import engine as module
from bench.metrics.device.engine import DeviceEngine
from bench.metrics.engine import PROCESSOR, OutOfDeviceMemoryError, engine_on
from bench.metrics.fit import Fit
from bench.metrics.scoring import score

rng = np.random.default_rng(0)
X = rng.random((90, 5), dtype=np.float32)
X.flags.writeable = False
KMEANS = Fit(labels=rng.integers(0, 3, 90), features=X, true_labels=np.arange(90) % 3, prototypes=X[:3])
DEC = replace(KMEANS, labels=rng.integers(-1, 3, 90), embedding=rng.normal(size=(90, 2)).astype(np.float32))


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The arrays that were uploaded."""
    arrays: list[np.ndarray] = []
    original = module.upload
    monkeypatch.setattr(module, "upload", lambda array, device: arrays.append(array) or original(array, device))
    return arrays


def test_every_score_equals_that_of_the_processor(engine: DeviceEngine) -> None:
    for found, expected in zip(
        score([replace(KMEANS), replace(DEC)], engine=engine), score([replace(KMEANS), replace(DEC)]), strict=True
    ):
        assert found == {
            name: None if value is None else pytest.approx(value, abs=1e-6) for name, value in expected.items()
        }


def test_the_processor_computes_no_costly_quantity_of_a_fit(
    engine: DeviceEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("silhouettes", "scatter", "quantization_error"):
        monkeypatch.setattr(type(PROCESSOR), name, lambda *args: pytest.fail("computed on the processor"))
    score([replace(KMEANS), replace(DEC)], engine=engine)


def test_features_are_uploaded_once_for_all_fits_and_codes_once_for_each(
    engine: DeviceEngine, uploads: list[np.ndarray]
) -> None:
    others = [replace(DEC, embedding=rng.normal(size=(90, 2)).astype(np.float32)) for _ in range(2)]
    score([replace(KMEANS), replace(DEC), *others], engine=engine)
    assert [array is X for array in uploads] == [True, False, False, False]
    assert len(engine._kept) == 3
    engine.close()
    assert engine._kept == []


def test_a_run_without_cuda_computes_on_the_processor() -> None:
    assert engine_on("cpu") is engine_on("mps") is PROCESSOR
    assert isinstance(engine_on("cuda:1"), DeviceEngine)  # it needs no GPU until it computes
    assert DeviceEngine("cpu").name == "torch cpu"


@pytest.mark.cuda
def test_the_name_says_which_gpu_computes() -> None:
    assert DeviceEngine("cuda").name == f"cuda ({torch.cuda.get_device_name()})"


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_a_device_without_free_memory_is_an_error_of_its_own(
    engine: DeviceEngine, error: RuntimeError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, "upload", fails)
    with pytest.raises(OutOfDeviceMemoryError, match=r"out of memory|ALLOC_FAILED"):
        engine.silhouettes(X, [KMEANS.labels])
    with pytest.raises(OutOfDeviceMemoryError):
        engine.scatter(X, KMEANS.labels)
    with pytest.raises(OutOfDeviceMemoryError):
        engine.quantization_error(X, X[:3])


def test_other_errors_of_the_device_stay_as_they_are(engine: DeviceEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(module, "upload", fails)
    with pytest.raises(RuntimeError, match="illegal memory access"):
        engine.scatter(X, KMEANS.labels)
