"""The visible GPUs: what CUDA_VISIBLE_DEVICES and the name of a device leave, and limits that no GPU can keep."""

from types import SimpleNamespace

import pytest
import torch

from bench.errors import UsageError
from bench.machine.gpus import Gpu, check_gpu_memory, visible_gpus

H200, T4 = Gpu("NVIDIA H200", "a", "0", 150_754_820_096), Gpu("Tesla T4", "b", "MIG-7", 15_655_829_504)


@pytest.fixture(autouse=True)
def two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    def properties(number: int) -> SimpleNamespace:
        return SimpleNamespace(name=f"Card {number}", uuid=f"uuid-{number}", total_memory=10**9 * (number + 1))

    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", properties)


@pytest.mark.parametrize(
    ("variable", "names"),
    [
        (None, ["0", "1"]),
        ("3,1", ["3", "1"]),
        (" GPU-5f , MIG-a/1 ", ["GPU-5f", "MIG-a/1"]),
        ("2,0,-1,4", ["2", "0"]),  # CUDA sees no card after one that is not valid
    ],
)
def test_the_environment_names_the_gpus(variable: str | None, names: list[str], monkeypatch: pytest.MonkeyPatch):
    if variable is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    first, second = visible_gpus("cuda")
    assert first == Gpu("Card 0", "uuid-0", names[0], 10**9)
    assert second == Gpu("Card 1", "uuid-1", names[1], 2 * 10**9)
    assert visible_gpus("cuda:1") == (second,), "the number counts the visible cards"
    assert visible_gpus("cuda:0") == (first,)


@pytest.mark.parametrize("device", ["cpu", "mps", None])
def test_other_devices_have_no_gpus(device: str | None):
    assert visible_gpus(device) == ()


def test_a_limit_that_the_gpus_have_is_accepted():
    check_gpu_memory(None, "cpu", ())
    check_gpu_memory(15_000_000_000, "cuda", (H200, T4))


@pytest.mark.parametrize(
    ("gigabytes", "device", "gpus", "message"),
    [
        (1, "cpu", (), "a GPU with CUDA, and networks train on the device cpu; leave the option out."),
        (1, "mps", (), "the device mps; leave"),
        (200, "cuda", (H200,), r"--gpu-memory 200 is more than GPU 0 \(NVIDIA H200\) has; expected at most 150.75\."),
        (16.5, "cuda", (H200, T4), r"16.5 is more than GPU MIG-7 \(Tesla T4\) has; expected at most 15.65\."),
    ],
)
def test_a_limit_that_no_gpu_keeps_is_one_line(gigabytes: float, device: str, gpus: tuple[Gpu, ...], message: str):
    with pytest.raises(UsageError, match=message) as error:
        check_gpu_memory(int(gigabytes * 1e9), device, gpus)
    assert "\n" not in str(error.value)
