"""The command line as a user starts it, and its tables without times and attempts."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

UNSHARED = re.compile(r"seconds|, s$|^(attempts|last_ending)$|^host$|^peak_(gpu_)?bytes$", re.IGNORECASE)
"""Columns of times and attempts, in which no two runs agree."""

WITHOUT_FIGURES = """
import runpy
from bench.report.figures import write
write.FIGURES = ()
runpy.run_module("bench", run_name="__main__", alter_sys=True)
"""
"""A program that is the command, but draws no figures: they would take seconds."""


def command(arguments: str, draws: bool = True) -> list[str]:
    """The command `python -m bench ARGUMENTS`; with `draws` false, the same command without figures."""
    program = ["-m", "bench"] if draws else ["-c", WITHOUT_FIGURES]
    return [sys.executable, *program, *arguments.split()]


def bench(
    arguments: str, folder: Path, environment: dict[str, str], seconds: float = 180, draws: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(arguments, draws), cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
    )


def start(arguments: str, folder: Path, environment: dict[str, str], draws: bool = True) -> subprocess.Popen[str]:
    """Start a command; it runs while the test goes on."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(arguments, draws), cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True)


def until(condition: Callable[[], object], seconds: float = 180) -> None:
    """Wait until the condition is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the condition is not true after {seconds:g} s"
        time.sleep(0.02)


def tables(folder: Path) -> dict[str, str]:
    """The contents of the tables of an experiment, by file name, without columns and rows of times and attempts."""
    contents = {}
    for path in sorted(folder.glob("*.csv")):
        frame = pd.read_csv(path, dtype=str)
        if path.name == "statistics.csv":
            frame = frame[~frame["metric"].str.contains(UNSHARED)]
        contents[path.name] = frame.drop(columns=[name for name in frame if UNSHARED.search(name)]).to_csv()
    contents["table.md"] = _without_times((folder / "table.md").read_text())
    return contents


def _without_times(text: str) -> str:
    kept: list[list[str]] = []
    times: list[int] = []
    for line in text.splitlines():
        cells = [cell.strip().strip("*") for cell in line.split("|")]
        if len(cells) > 1 and (not kept or len(kept[-1]) == 1):  # the head of a table
            times = [position for position, cell in enumerate(cells) if UNSHARED.search(cell.rstrip(" ↓↑"))]
        if len(cells) > 1:
            cells = ["-" if set(cell) <= set(":-") else cell for cell in cells]
            cells = [cell for position, cell in enumerate(cells) if position not in times]
        kept.append(cells)
    return "\n".join("|".join(cells) for cells in kept)
