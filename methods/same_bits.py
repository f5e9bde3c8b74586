"""On a GPU: the same bits for the same seed, and float32 that is multiplied as float32."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

_WORKSPACE = ("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
"""The environment variable of cuBLAS's workspaces, and sizes with which its sums have one order (NVIDIA, cuBLAS)."""


@contextmanager
def same_bits(device: torch.device) -> Iterator[None]:
    """Context, or decorator, in which the work on `device` gives the same bits each time. It only concerns CUDA.

    PyTorch uses only algorithms whose order of summation is fixed, and raises RuntimeError if an operation has none.
    cuDNN does not choose its kernels by timing. Products of float32 are not rounded to the 10 bits of TF32. PyTorch
    has these settings for the whole process, not for each device, so they are put back at the end.
    """
    if device.type != "cuda":
        yield
        return
    os.environ.setdefault(*_WORKSPACE)  # cuBLAS reads it when its first workspace is made
    cuda, cudnn = torch.backends.cuda, torch.backends.cudnn
    memory: Any = torch.utils.deterministic  # torch declares its setting in a way that no type checker sees
    with ExitStack() as settings:
        settings.enter_context(_deterministic_algorithms())
        for place, name, value in (
            (memory, "fill_uninitialized_memory", False),  # all of our memory is written before it is read
            (cudnn, "enabled", True),
            (cudnn, "benchmark", False),
            (cudnn, "deterministic", True),
            # allow_tf32, the older name, raises RuntimeError if other code has used this one
            (cuda.matmul, "fp32_precision", "ieee"),
            (cudnn.conv, "fp32_precision", "ieee"),
        ):
            settings.enter_context(_set(place, name, value))
        yield


@contextmanager
def _deterministic_algorithms() -> Iterator[None]:
    before = torch.are_deterministic_algorithms_enabled()
    warned_only = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warned_only)


@contextmanager
def _set(place: Any, name: str, value: object) -> Iterator[None]:
    """Context in which a setting of PyTorch has another value."""
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)
