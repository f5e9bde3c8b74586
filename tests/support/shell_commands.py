"""The commands of a shell script, without running them: a program that prints its arguments stands for Python."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from documents import ROOT


def recorded(line: str, folder: Path, answers: Mapping[str, str] | None = None, **variables: str) -> list[list[str]]:
    """The arguments of each call of Python by a line for `sh`, which runs in the top folder of the project.

    `answers` has what a call prints instead, by a pattern of all of its arguments. `folder` gets the program.
    """
    cases = [f"{pattern}) echo {quote(answer)}; exit;;" for pattern, answer in (answers or {}).items()]
    program = ["#!/bin/sh", f'case "$*" in {" ".join(cases)} esac' if cases else ""]
    program += ['for word in "$@"; do printf "%s\\0" "$word"; done', 'printf "\\n"', ""]
    (folder / "python").write_text("\n".join(program))
    (folder / "python").chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", **variables}
    done = subprocess.run(["sh", "-c", line], env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return [call.split("\0")[:-1] for call in done.stdout.splitlines()]
