"""The bound and the peak of the memory of a GPU: the functions of PyTorch that are called, and none without CUDA."""

from types import SimpleNamespace

import pytest
import torch

from bench.machine import gpu_memory
from bench.machine.gpu_memory import gpu_peak_bytes, has_started_cuda, limit_gpu_memory, restart_gpu_peak


@pytest.fixture
def fractions(monkeypatch: pytest.MonkeyPatch) -> dict[int, float]:
    """The fractions that are set, by number of the card; each card has 80 GB."""
    found: dict[int, float] = {}

    def keep(fraction: float, device: int) -> None:
        assert isinstance(fraction, float), "torch raises TypeError"
        found[device] = fraction

    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda number: SimpleNamespace(total_memory=80 * 10**9))
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", keep)
    return found


@pytest.mark.parametrize(
    ("n_bytes", "device", "expected"),
    [(20 * 10**9, "cuda", {0: 0.25}), (60 * 10**9, "cuda:1", {1: 0.75}), (10**12, "cuda", {0: 1.0})],
)
def test_the_bound_is_a_share_of_the_card(n_bytes, device, expected, fractions: dict[int, float]):
    limit_gpu_memory(n_bytes, device)
    assert fractions == expected


def test_a_process_without_cuda_has_no_peak(monkeypatch: pytest.MonkeyPatch):
    def fail(*arguments: object) -> None:
        pytest.fail("this would start CUDA, or raise")

    for name in ("reset_peak_memory_stats", "max_memory_allocated", "get_device_properties", "init"):
        monkeypatch.setattr(torch.cuda, name, fail)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    restart_gpu_peak()
    assert gpu_peak_bytes() is None
    assert not has_started_cuda()


def test_looking_at_the_peak_does_not_load_torch(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gpu_memory, "sys", SimpleNamespace(modules={}))
    restart_gpu_peak()
    assert gpu_peak_bytes() is None


def test_the_peak_counts_all_cards_from_its_last_start(monkeypatch: pytest.MonkeyPatch):
    peaks = {0: 5, 1: 7}
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda number: peaks[number])
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda number: peaks.__setitem__(number, 1))
    assert gpu_peak_bytes() == 12
    restart_gpu_peak()
    assert gpu_peak_bytes() == 2
    assert has_started_cuda()
