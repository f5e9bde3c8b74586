"""The choice between scikit-learn on the processor and torch on a GPU."""

from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    import torch

__all__ = ["gpu", "is_gpu"]


def gpu(device: str) -> "torch.device | None":
    """The GPU with CUDA that a device of that name is; None: scikit-learn computes.

    `auto` is a GPU if this machine has one. MPS has no float64, so scikit-learn computes for it. Raises ValueError if
    the name is not known, or if this machine has no such device.
    """
    if device == "cpu":
        return None  # without torch, which takes seconds to load

    from methods.device import choose_device

    chosen = choose_device(device)
    return chosen if is_gpu(chosen) else None


def is_gpu(device: "torch.device | None") -> TypeGuard["torch.device"]:
    """Whether torch computes on the device: a GPU with CUDA. For None and all other devices, scikit-learn does."""
    return device is not None and device.type == "cuda"
