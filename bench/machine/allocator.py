"""The C allocator keeps the memory of freed tensors for the next tensors."""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's mallopt(3), whose values are in bytes."""


def keep_freed_memory() -> None:
    """Let this process keep up to 1 GiB of freed memory, if the C library is glibc. Otherwise do nothing.

    By default glibc returns the memory of each freed tensor of a few megabytes to the system. The next tensor then
    needs new pages from the system, which took a fifth of the time of a training step on a processor. Results do not
    change.
    """
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library, such as musl
        return
    mallopt(_MMAP_THRESHOLD, 32 * 2**20 - 1)  # glibc refuses a larger threshold
    mallopt(_TRIM_THRESHOLD, 2**30)
