"""The choice of the device: numbered GPUs are taken where they are, and refused in one line elsewhere."""

import pytest
import torch

from methods import registry
from methods.device import choose_device


def with_gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_a_numbered_gpu_is_taken_where_it_is(monkeypatch: pytest.MonkeyPatch):
    with_gpus(monkeypatch, 2)
    assert choose_device("cuda:1") == torch.device("cuda", 1)
    assert choose_device("cuda:0") == torch.device("cuda", 0)
    assert choose_device("auto") == choose_device("cuda") == torch.device("cuda")


def test_the_choice_alone_does_not_start_cuda(monkeypatch: pytest.MonkeyPatch):
    """The precision does: PyTorch asks the card for it."""
    with_gpus(monkeypatch, 2)
    monkeypatch.setattr(torch.cuda, "_lazy_init", lambda: pytest.fail("CUDA was started"))
    assert [registry.chosen_device(name) for name in ("auto", "cuda:1", "cpu")] == ["cuda", "cuda:1", "cpu"]
    with pytest.raises(registry.MethodError, match="not available here"):
        registry.chosen_device("cuda:2")


@pytest.mark.parametrize(
    ("count", "name", "seen"),
    [
        (0, "cuda:1", "no GPU"),
        (0, "cuda:0", "no GPU"),
        (1, "cuda:1", "one GPU, cuda:0"),
        (4, "cuda:4", "cuda:0 to cuda:3"),
    ],
)
def test_a_gpu_that_is_not_here_is_one_line_with_what_is(
    monkeypatch: pytest.MonkeyPatch, count: int, name: str, seen: str
):
    with_gpus(monkeypatch, count)
    with pytest.raises(ValueError, match="CUDA_VISIBLE_DEVICES") as error:
        choose_device(name)
    assert f"PyTorch sees {seen}" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [0, None, b"cpu"])
def test_a_device_that_is_not_a_text_is_one_line(value: object):
    with pytest.raises(ValueError, match=f"^device={value!r} is not valid; expected one of auto, cpu, cuda, mps.$"):
        choose_device(value)


@pytest.mark.parametrize("name", ["cuda:", "cuda:-1", "cuda:x", "cuda1", "cuda:1 ", "cpu:1", "CUDA:1", ""])
def test_other_names_are_unknown(monkeypatch: pytest.MonkeyPatch, name: str):
    with_gpus(monkeypatch, 2)
    with pytest.raises(ValueError, match="unknown device"):
        choose_device(name)
