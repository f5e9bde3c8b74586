"""Memory of a process: its peak, its limit, and the signs that memory ran out."""

from pathlib import Path

import psutil

_MARGIN = 100_000_000
"""Bytes that a process needs to start its work and to report an error."""


def peak_bytes() -> int:
    """Peak memory of this process."""
    if psutil.WINDOWS:
        peak: int = psutil.Process().memory_info().peak_wset
        return peak
    if psutil.LINUX:
        # psutil has no peak here, and getrusage includes the memory of the parent when it started this process.
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if psutil.MACOS else 1024)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` means that there was not enough memory.

    >>> is_out_of_memory(MemoryError()), is_out_of_memory(ValueError("no memory of that"))
    (True, False)
    """
    name = type(error).__name__  # torch.OutOfMemoryError, without loading torch
    return isinstance(error, MemoryError) or name == "OutOfMemoryError" or "DefaultCPUAllocator" in str(error)


def kills() -> int:
    """Number of processes of this control group that the kernel ended for lack of memory; 0 if it is unknown."""
    try:
        events = dict(line.split() for line in Path("/sys/fs/cgroup/memory.events").read_text().splitlines())
    except OSError:
        return 0
    return int(events.get("oom_kill", 0))


def limit_memory(n_bytes: int) -> None:
    """Limit the private memory of this process to `n_bytes`. A request for more raises MemoryError.

    Memory-mapped files, such as the images, do not count. Raises OSError if the system has no such limit, and
    MemoryError if the process with its loaded libraries has nearly as much memory already.
    """
    try:
        import resource
    except ImportError:
        raise OSError("this system cannot limit the memory of a process.") from None
    used = psutil.Process().memory_info().data if psutil.LINUX else 0
    if used + _MARGIN > n_bytes:
        raise MemoryError(
            f"--cell-memory {n_bytes / 1e9:g} GB is too low: a process with the libraries of this method uses "
            f"{used / 1e9:.2f} GB before the fit starts."
        )
    resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes))
