"""Seconds of a call on a device, and the number of kernels that the call starts there."""

from collections.abc import Callable
from time import perf_counter

import torch
from torch.profiler import ProfilerActivity, profile

Call = Callable[[], object]


def synchronize(device: torch.device) -> None:
    """Wait until the device has finished all work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds(call: Call, device: torch.device) -> float:
    """Wall seconds of one call. The device has no work before it, and has finished the work of the call at the end."""
    synchronize(device)
    start = perf_counter()
    call()
    synchronize(device)
    return perf_counter() - start


def repeated(call: Call, device: torch.device, repeats: int) -> list[float]:
    """Seconds of each of `repeats` calls, after one that is not counted."""
    seconds(call, device)
    return [seconds(call, device) for _ in range(repeats)]


def kernels(call: Call, device: torch.device) -> int | None:
    """The number of kernels that a call runs on a GPU, also those of a graph; None on other devices.

    Copies and fills of memory are not counted, nor is a first call, in which libraries may try several kernels.
    """
    if device.type != "cuda":
        return None
    seconds(call, device)
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        seconds(call, device)
    on_card = [event.name for event in profiler.events() if event.device_type.name == "CUDA"]
    return sum(not name.startswith(("Memcpy", "Memset")) for name in on_card)
