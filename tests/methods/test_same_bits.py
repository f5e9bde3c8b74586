"""The settings of the GPU: they hold inside the context and come back after it. No GPU is needed to set them."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import torch
from torch.utils import deterministic

from methods.same_bits import same_bits

CUDA = torch.device("cuda")


INSIDE = (True, False, True, False, True, "ieee", "ieee")


def settings() -> tuple[bool | str, ...]:
    """Only deterministic algorithms, memory is filled; cuDNN: is used, times, is deterministic; precision of float32:
    products, convolutions.
    """
    cudnn = torch.backends.cudnn
    return (
        torch.are_deterministic_algorithms_enabled(),
        deterministic.fill_uninitialized_memory,
        cudnn.enabled,
        cudnn.benchmark,
        cudnn.deterministic,
        torch.backends.cuda.matmul.fp32_precision,
        cudnn.conv.fp32_precision,
    )


@contextmanager
def precision(place: Any, value: str) -> Iterator[None]:
    """Context in which the precision of some operations is another one. A setting for many changes that of each."""
    cuda, cudnn = torch.backends.cuda, torch.backends.cudnn
    places: list[Any] = [torch.backends, cudnn, cuda.matmul, cudnn.conv, cudnn.rnn]
    before = [each.fp32_precision for each in places]
    place.fp32_precision = value
    yield
    for each, precision_before in zip(places, before, strict=True):
        each.fp32_precision = precision_before


@pytest.fixture
def other_settings(monkeypatch: pytest.MonkeyPatch):
    """Settings that another program may have made; they are put back after the test."""
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    monkeypatch.setattr(deterministic, "fill_uninitialized_memory", True)
    cudnn = torch.backends.cudnn
    for name, value in {"enabled": False, "benchmark": True, "deterministic": False}.items():
        monkeypatch.setattr(cudnn, name, value)
    with ExitStack() as stack:
        for operation in (torch.backends.cuda.matmul, cudnn.conv):
            stack.enter_context(precision(operation, "tf32"))
        yield settings()


def test_the_settings_hold_inside_and_come_back(other_settings):
    with same_bits(CUDA):
        assert settings() == INSIDE
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert settings() == other_settings


def test_they_come_back_after_an_error(other_settings):
    with pytest.raises(ZeroDivisionError), same_bits(CUDA):
        1 / 0  # noqa: B018
    assert settings() == other_settings


@pytest.mark.parametrize("place", [torch.backends, torch.backends.cudnn, torch.backends.cuda.matmul])
def test_a_precision_that_another_program_has_chosen_for_many_operations_is_put_back(place: object):
    """PyTorch's older names of these settings raise RuntimeError after a choice by the newer ones."""
    with precision(place, "tf32"):
        before = settings()
        assert "tf32" in before
        with same_bits(CUDA):
            assert settings() == INSIDE
        assert settings() == before


def test_the_older_names_of_the_settings_can_be_read_after_it():
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    with same_bits(CUDA):
        pass
    assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == before


def test_warnings_only_stay_warnings_only():
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with same_bits(CUDA):
            assert not torch.is_deterministic_algorithms_warn_only_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
    finally:
        torch.use_deterministic_algorithms(False)


def test_a_workspace_that_the_user_has_chosen_stays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    with same_bits(CUDA):
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":16:8"


def test_other_devices_keep_all_settings(other_settings):
    with same_bits(torch.device("cpu")):
        assert settings() == other_settings
    assert "CUBLAS_WORKSPACE_CONFIG" not in os.environ


def test_it_decorates_a_function_each_time(other_settings):
    inside = same_bits(CUDA)(settings)
    assert inside() == inside() == INSIDE
    assert settings() == other_settings
