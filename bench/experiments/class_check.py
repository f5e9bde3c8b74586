"""Classes of other packages are checked in a process of their own: a class that ends its process ends no command.

`python -m bench.experiments.class_check` reads the checks from standard input, and writes a line about each one.
"""

import io
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO

import msgspec
import psutil

from bench.machine.exit_message import exit_message
from bench.machine.family import end_family
from bench.machine.reply_streams import own_streams
from bench.machine.search_path import module_command
from bench.store.records import Scalar
from bench.text import start_of
from methods import registry

_MARK = b"\0"
"""The process prints it to standard error before each check."""
_LONGEST = 200
"""Most characters of the text that a class has printed last."""


class Check(msgspec.Struct, frozen=True):
    """A class that is imported and held against the contract and, with `params`, is constructed with them."""

    target: str
    """`package.module:Class`."""
    typed: str
    """The class as the user typed it: `target`, an alias, or the name of a plug-in."""
    params: Mapping[str, Scalar] | None = None


class _Answer(msgspec.Struct):
    """What is wrong with a class, as an error and its notes; empty if nothing is."""

    problem: str = ""
    notes: list[str] = []


def check_classes(checks: Iterable[Check]) -> None:
    """Raise MethodError for the first class that cannot be imported, keeps not the contract or cannot be constructed.

    The same for a class that ends its process. The errors are those of `registry.third_party_class`.
    """
    steps = [step for check in checks for step in _steps(check)]
    if not steps:
        return
    with TemporaryFile() as replies, TemporaryFile() as printed:
        code = _run(steps, replies, printed)
        answers = _answers(replies)
        if answers and answers[-1].problem:
            error = registry.MethodError(answers[-1].problem)
            for note in answers[-1].notes:
                error.add_note(note)
            raise error
        if len(answers) < len(steps):
            raise registry.MethodError(_ended(steps[len(answers)], code, printed))


def _steps(check: Check) -> list[Check]:
    """The import of a class and, if it is asked for, its construction."""
    only_import = Check(check.target, check.typed)
    return [only_import] if check.params is None else [only_import, check]


def _run(steps: Sequence[Check], replies: IO[bytes], printed: IO[bytes]) -> int:
    """Run the process to its end, and return its exit code. Files, because what it leaves may hold a pipe open."""
    process = subprocess.Popen(
        module_command(__name__),
        stdin=subprocess.PIPE,
        stdout=replies,
        stderr=printed,
        start_new_session=True,  # Ctrl-C reaches the command alone, which ends this process
    )
    family = psutil.Process(process.pid)
    try:
        process.communicate(msgspec.json.encode(steps))
    finally:
        end_family(family)
        process.wait()
    return process.returncode


def _answers(replies: IO[bytes]) -> list[_Answer]:
    """The answers that arrived whole."""
    replies.seek(0)
    answers = []
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):  # the class has written into the stream
        for line in replies:
            answers.append(msgspec.json.decode(line, type=_Answer))
    return answers


def _ended(step: Check, code: int, printed: IO[bytes]) -> str:
    """The error about a class that has ended its process."""
    printed.seek(0)
    lines = printed.read().rpartition(_MARK)[2].decode(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "")
    what = "imported" if step.params is None else "created"
    said = f"; it printed last: {start_of(last, _LONGEST)}" if last else ""
    return f"method {registry.class_title(step.target, step.typed)} cannot be {what}: {exit_message(code)}{said}"


def main() -> None:
    """Make the checks one after the other, until one fails."""
    requests, replies = own_streams()
    pid = os.getpid()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # the last words of a class are not lost
    for step in msgspec.json.decode(requests.read(), type=list[Check]):
        os.write(2, _MARK)
        answer = _checked(step)
        if os.getpid() != pid:  # a class that forked this process: its copy must not go on
            os._exit(0)
        replies.write(msgspec.json.encode(answer) + b"\n")
        replies.flush()
        if answer.problem:
            break
    os._exit(0)  # threads that a class has started do not hold the command up


def _checked(step: Check) -> _Answer:
    try:
        registry.third_party_class(step.target, step.params, typed=step.typed)
    except registry.MethodError as error:
        return _Answer(str(error), list(getattr(error, "__notes__", ())))
    return _Answer()


if __name__ == "__main__":
    main()
