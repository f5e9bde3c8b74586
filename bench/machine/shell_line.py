"""Runs a line of a POSIX shell, and ends all of its processes when the command is interrupted."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

from bench.errors import UsageError

_TIDY_SECONDS = 40.0
"""The longest time that the processes of an interrupted line have to store what they have: this process has 60."""
_POLL_SECONDS = 0.1


def run_line(line: str, variables: Mapping[str, str]) -> int:
    """The exit code of a line that `sh` runs in the working directory, with these variables of the environment, too.

    `python` is this Python. After a KeyboardInterrupt, the processes of the line get SIGTERM, and 40 seconds
    later SIGKILL; then it is raised. Raises UsageError if there is no `sh`.
    """
    shell = shutil.which("sh")
    if shell is None or sys.platform == "win32":
        raise UsageError("there is no POSIX shell (sh) here; expected Linux, macOS or the Windows Subsystem for Linux.")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, **variables, "PATH": path}
    process = subprocess.Popen([shell, "-c", line], env=environment, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        _end(process)
        raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Send SIGTERM to all processes of the session, and wait for their end.

    It is not Ctrl-C: the background processes of a shell ignore it.
    """
    deadline, number = monotonic() + _TIDY_SECONDS, int(signal.SIGTERM)
    while _is_alive(process, number):
        number = 0 if monotonic() < deadline else int(signal.SIGKILL)
        sleep(_POLL_SECONDS)


def _is_alive(process: "subprocess.Popen[bytes]", number: int) -> bool:
    """Send a signal, or nothing with 0, to all processes of the session. False if there are none."""
    process.poll()  # otherwise the shell that has ended would count
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
