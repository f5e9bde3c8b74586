"""The command line in the process of the test."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from unittest import mock

import pytest

from bench.cli.app import main


def here(
    arguments: str, folder: Path, environment: dict[str, str], seconds: int = 180
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in this process, which has loaded the libraries: seconds faster than a new process.

    The output has what its child processes print, too. Handlers of signals and the search path stay as they are, so a
    test of these needs `commands.bench`.
    """
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment, clear=True),
        _at_most(seconds),
        _captured() as read,
    ):
        code = main(arguments.split())
        output, errors = read()
    return subprocess.CompletedProcess(arguments, code, output, errors)


@contextlib.contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Context that fails after some time, as far as the system has alarms."""
    if os.name != "posix":
        yield
        return

    def fail(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _captured() -> Iterator[Callable[[], tuple[str, str]]]:
    """Context in which both standard streams, also of child processes, go to files. It yields a function that reads."""
    with contextlib.ExitStack() as stack:
        files = []
        for number, redirect in ((1, contextlib.redirect_stdout), (2, contextlib.redirect_stderr)):
            file = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
            stack.callback(os.close, before := os.dup(number))
            stack.callback(os.dup2, before, number)
            os.dup2(file.fileno(), number)
            stack.enter_context(redirect(file))
            files.append(file)

        def read() -> tuple[str, str]:
            for file in files:
                file.seek(0)
            output, errors = (file.read() for file in files)
            return output, errors

        yield read
