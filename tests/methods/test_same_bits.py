"""The settings of the GPU: they hold inside the context and come back after it. No GPU is needed to set them."""

import os

import pytest
import torch
from torch.utils import deterministic

from methods.same_bits import same_bits

CUDA = torch.device("cuda")


def settings() -> tuple[bool, ...]:
    """Only deterministic algorithms, memory is filled, products in TF32, and cuDNN: times, is deterministic, TF32."""
    cudnn = torch.backends.cudnn
    return (
        torch.are_deterministic_algorithms_enabled(),
        deterministic.fill_uninitialized_memory,
        torch.backends.cuda.matmul.allow_tf32,
        cudnn.benchmark,
        cudnn.deterministic,
        cudnn.allow_tf32,
    )


@pytest.fixture
def other_settings(monkeypatch: pytest.MonkeyPatch):
    """Settings that another program may have made; they are put back after the test."""
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    monkeypatch.setattr(deterministic, "fill_uninitialized_memory", True)
    before, torch.backends.cuda.matmul.allow_tf32 = torch.backends.cuda.matmul.allow_tf32, True
    for name in ("benchmark", "allow_tf32"):
        monkeypatch.setattr(torch.backends.cudnn, name, True)
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", False)
    yield settings()
    torch.backends.cuda.matmul.allow_tf32 = before


def test_the_settings_hold_inside_and_come_back(other_settings):
    with same_bits(CUDA):
        assert settings() == (True, False, False, False, True, False)
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert settings() == other_settings


def test_they_come_back_after_an_error(other_settings):
    with pytest.raises(ZeroDivisionError), same_bits(CUDA):
        1 / 0  # noqa: B018
    assert settings() == other_settings


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
    assert inside() == inside() == (True, False, False, False, True, False)
    assert settings() == other_settings
