"""On a GPU: the same bits for the same seed, and float32 that is multiplied as float32."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
    are_deterministic, warn_only = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    memory: Any = torch.utils.deterministic  # torch declares its setting in a way that no type checker sees
    fills, tf32 = memory.fill_uninitialized_memory, torch.backends.cuda.matmul.allow_tf32
    try:
        torch.use_deterministic_algorithms(True)
        memory.fill_uninitialized_memory = False  # all of our memory is written before it is read
        torch.backends.cuda.matmul.allow_tf32 = False
        with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False):
            yield
    finally:
        torch.use_deterministic_algorithms(are_deterministic, warn_only=warn_only)
        memory.fill_uninitialized_memory = fills
        torch.backends.cuda.matmul.allow_tf32 = tf32
