"""The processes that a process has started: finding them and ending them."""

import os
import signal
import sys
from contextlib import suppress

import psutil


def descendants() -> list[psutil.Process]:
    """The processes that this process, the leader of its process group, has started and that still exist.

    A process whose parent has ended is found if it has stayed in the process group.
    """
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    if sys.platform != "win32":
        known = {os.getpid(), *(process.pid for process in found)}
        for pid in psutil.pids():
            with suppress(OSError, psutil.NoSuchProcess):
                if pid not in known and os.getpgid(pid) == os.getpid():
                    found.append(psutil.Process(pid))
    return found


def end_family(process: psutil.Process) -> None:
    """End a process, all processes that it started, and its process group if it leads one.

    A process that has left the group is found only while its parents live. If nothing exists any more, nothing happens.
    """
    with suppress(psutil.Error):  # it has ended
        for child in process.children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # all have ended; macOS: PermissionError
            os.killpg(process.pid, signal.SIGKILL)  # there is no such group if the process does not lead one
    with suppress(psutil.Error):
        process.kill()
