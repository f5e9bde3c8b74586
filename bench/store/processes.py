"""Identity of a process: its machine, its number and its start."""

import platform
from functools import cache
from pathlib import Path

import psutil


@cache
def machine_id() -> str:
    """Identity of the machine on which process numbers can be compared.

    On Linux it changes with every boot, and each container has its own. Elsewhere it is the name of the host.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return platform.node()


def process_start(pid: int) -> str:
    """The start of a process of this machine. A later process with the same number has another start.

    Empty if no such process runs. A zombie, which is an ended process that its parent has not waited for, does not run.

    On Linux the start is in clock ticks since the boot. `psutil.Process.create_time` is not used there: it adds the
    time of the boot, which changes when the clock of the machine is set, so that a running process seems to be
    another one.
    """
    if psutil.LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    except psutil.NoSuchProcess:
        return ""


def is_running(pid: int, start: str) -> bool:
    """Whether the process `pid` of this machine runs and is the process that started at `start`."""
    try:
        return start != "" and process_start(pid) == start
    except psutil.AccessDenied:  # it runs, and the system hides its start
        return True
