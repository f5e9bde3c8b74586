"""Memory of a process: its peak, its limit, and the signs that memory ran out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.errors import UsageError

_MARGIN = 100_000_000
"""Bytes that a process needs to start its work and to report an error."""
_NO_MEMORY = re.compile(
    r"\bDefaultCPUAllocator\b"
    r"|\b(CUDA|HIP|MPS)\b.*\bout of memory\b"  # AcceleratorError and, before PyTorch 2.8, RuntimeError
    r"|\b(CU|HIP)[A-Z]+_(STATUS_)?(INTERNAL_ERROR_[A-Z]+_)?ALLOC(ATION)?_FAILED\b"
    r"|\bCUDA_ERROR_OUT_OF_MEMORY\b"
)
"""Words of errors that mean that there was not enough memory: PyTorch's, those of the libraries of CUDA such as
CUBLAS_STATUS_ALLOC_FAILED, and the driver's."""


def peak_bytes() -> int:
    """Peak memory of this process."""
    if psutil.WINDOWS:
        peak: int = psutil.Process().memory_info().peak_wset
        return peak
    if psutil.LINUX:
        # psutil has no peak here, and getrusage includes the memory of the parent when it started this process.
        return _status_bytes("VmHWM")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if psutil.MACOS else 1024)


def reset_peak() -> bool:
    """Let `peak_bytes` count from the memory that this process uses now. False if the system cannot do that."""
    if not psutil.LINUX:
        return False
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # a kernel without this file, or a file that a container protects
        return False
    return True


def machine_bytes() -> int:
    """Memory of this machine or, if it is less, of the container of this process."""
    total: int = psutil.virtual_memory().total
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdecimal() else total


def private_bytes() -> int:
    """Memory that only this process uses, in main memory or swapped out. Linux only."""
    return _status_bytes("RssAnon") + _status_bytes("VmSwap")


def data_bytes() -> int:
    """Memory of this process that `limited_memory` counts. Linux only."""
    used: int = psutil.Process().memory_info().data
    return used


def _status_bytes(field: str) -> int:
    """A field of Linux's description of this process."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields[field].split()[0]) * 1024


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error`, or an error from which it followed, means a lack of memory, of this machine or of its GPU.

    If memory runs out while a CUDA graph is recorded, the end of the recording raises another error.

    >>> is_out_of_memory(MemoryError()), is_out_of_memory(ValueError("no memory of that"))
    (True, False)
    >>> is_out_of_memory(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"))
    True
    """
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # torch's, without loading torch
        return True
    if _NO_MEMORY.search(str(error)) is not None:
        return True
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return before is not None and is_out_of_memory(before)


def kills() -> int:
    """Number of processes of this control group that the kernel ended for lack of memory; 0 if it is unknown."""
    try:
        events = dict(line.split() for line in Path("/sys/fs/cgroup/memory.events").read_text().splitlines())
    except OSError:
        return 0
    return int(events.get("oom_kill", 0))


@contextmanager
def limited_memory(n_bytes: int | None) -> Iterator[None]:
    """Context in which the private memory of this process has at most `n_bytes`; more raises MemoryError.

    Memory-mapped files, such as the images, do not count. None: no limit. Raises UsageError if the system has no such
    limit, and MemoryError if the process with its loaded libraries has nearly as much memory already.
    """
    if n_bytes is None:
        yield
        return
    if not psutil.LINUX:  # macOS accepts a limit and does not keep to it; Windows has none
        raise UsageError("--cell-memory: only Linux can limit the memory of a process; leave the option out.")
    import resource

    used = data_bytes()
    if used + _MARGIN > n_bytes:
        raise MemoryError(
            f"--cell-memory {n_bytes / 1e9:g} GB is too low: a process with the libraries of this method uses "
            f"{used / 1e9:.2f} GB before the fit starts."
        )
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))
