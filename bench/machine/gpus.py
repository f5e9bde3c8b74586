"""The GPUs with CUDA that this process sees, described so that other processes can use one of them each."""

import os
from collections.abc import Sequence

import msgspec

from bench.errors import UsageError


class Gpu(msgspec.Struct, frozen=True):
    """One GPU."""

    name: str
    """Name of the card, such as `NVIDIA H100 80GB HBM3`."""
    uuid: str
    """Its identity, which is the same in all processes of the machine."""
    variable: str
    """The value of CUDA_VISIBLE_DEVICES with which a process sees only this GPU."""
    n_bytes: int
    """Its whole memory."""


def visible_gpus(device: str | None) -> tuple[Gpu, ...]:
    """The GPUs for cells on a device: all visible ones for `cuda`, one for `cuda:1`, none for other devices.

    CUDA_VISIBLE_DEVICES limits the visible GPUs. Loads torch and starts CUDA if the device is a GPU with CUDA.
    """
    if device is None or not device.startswith("cuda"):
        return ()
    import torch

    count = torch.cuda.device_count()
    variable = os.environ.get("CUDA_VISIBLE_DEVICES")
    entries = variable.split(",") if variable else [str(number) for number in range(count)]
    gpus = []
    for number, entry in zip(range(count), entries, strict=False):  # CUDA sees no entry after one that is not valid
        found = torch.cuda.get_device_properties(number)
        gpus.append(Gpu(found.name, str(found.uuid), entry.strip(), found.total_memory))
    chosen = torch.device(device).index
    return tuple(gpus) if chosen is None else (gpus[chosen],)


def check_gpu_memory(n_bytes: int | None, device: str | None, gpus: Sequence[Gpu]) -> None:
    """Raise UsageError if the limit of --gpu-memory cannot be kept on the device with these GPUs. None: no limit."""
    if n_bytes is None:
        return
    if not gpus:
        raise UsageError(
            f"--gpu-memory limits the memory of a GPU with CUDA, and networks train on the device {device}; leave the "
            "option out."
        )
    smallest = min(gpus, key=lambda gpu: gpu.n_bytes)
    if n_bytes > smallest.n_bytes:
        raise UsageError(
            f"--gpu-memory {n_bytes / 1e9:g} is more than GPU {smallest.variable} ({smallest.name}) has; expected at "
            f"most {smallest.n_bytes // 10**7 / 100:g}."
        )
