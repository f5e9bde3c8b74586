"""An engine on the device of PyTorch that is under test, with tiles so small that few samples need many of them."""

import pytest
import torch

from bench.metrics.device import distances, images, prototypes, scatter
from bench.metrics.device.engine import DeviceEngine


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.cuda)])
def device(request: pytest.FixtureRequest) -> torch.device:
    return torch.device(request.param)


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distances, "_TILE", 64)
    monkeypatch.setattr(scatter, "_ROWS", 64)
    monkeypatch.setattr(prototypes, "_ROWS", 64)
    monkeypatch.setattr(images, "UPLOAD_ROWS", 64)


@pytest.fixture
def engine(device: torch.device, small_tiles: None) -> DeviceEngine:
    return DeviceEngine(str(device))


@pytest.fixture
def exact_bytes(device: torch.device) -> None:
    """Products of bytes are exact on every GPU, and on newer processors."""
    if not images._multiplies_bytes(device):
        assert device.type == "cpu"
        pytest.skip("this processor has no exact products of 8-bit integers")
