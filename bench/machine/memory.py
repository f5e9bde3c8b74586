"""How much memory a process had in use, and how to tell that there was too little."""

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_EVENTS = Path("/sys/fs/cgroup/memory.events")
_LEAST = 100_000_000
"""Bytes without which a process cannot even tell that there are too few."""


def peak_bytes() -> int | None:
    """Most memory that this process had in use at once; None where the system does not say."""
    if _STATUS.exists():  # Linux: getrusage there counts what the parent had in use when it started this process
        fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _in_use() -> int:
    """Bytes of its own that this process has; 0 where the system does not say."""
    if not _STATUS.exists():
        return 0
    fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(fields["VmData"].split()[0]) * 1024


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory could not be had.

    >>> is_out_of_memory(MemoryError()), is_out_of_memory(ValueError("no memory of that"))
    (True, False)
    """
    name = type(error).__name__  # torch.OutOfMemoryError, without loading torch
    return isinstance(error, MemoryError) or name == "OutOfMemoryError" or "DefaultCPUAllocator" in str(error)


def kills() -> int:
    """How many processes of this control group the kernel has ended for lack of memory; 0 where it does not count."""
    try:
        events = dict(line.split() for line in _EVENTS.read_text().splitlines())
    except OSError:
        return 0
    return int(events.get("oom_kill", 0))


def limit_memory(n_bytes: int) -> None:
    """Let this process have no more memory of its own than that: what asks for more gets a MemoryError.

    Files that are mapped, such as the images, do not count. Raises OSError where the system has no such limit, and
    MemoryError if the process, with the libraries that it has loaded, has as much already.
    """
    try:
        import resource
    except ImportError:
        raise OSError("this system cannot limit the memory of a process.") from None
    used = _in_use()
    if used + _LEAST > n_bytes:
        raise MemoryError(
            f"a process with the libraries of this method takes {used / 1e9:.2f} GB before it begins, the limit is "
            f"{n_bytes / 1e9:g} GB."
        )
    resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes))
