"""Whole runs of the command line, as a user starts them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from contest import Run, Scale


@dataclass(frozen=True)
class Finished:
    """A command that ended with exit code 0."""

    seconds: float
    peak_bytes: int
    """Peak memory of its process."""


def bench(arguments: list[str]) -> Finished:
    """Run `python -m bench`. Raises RuntimeError if it fails."""
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: python -m bench {' '.join(arguments)}")
    return Finished(perf_counter() - start, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def fit_seconds(folder: Path) -> float:
    """Seconds of all fits of an experiment together."""
    return sum(json.loads(path.read_text())["fit_seconds"] for path in (folder / "cells").glob("*.json"))


def grid(scale: Scale) -> list[str]:
    """Four cells of equal work."""
    if scale.full:
        lengths = ["--param=dec.pretrain_epochs=5", "--param=dec.epochs=2", "--param=dec.tol=0"]
        return ["--dataset", "mnist-5k", "--preset", "sha12", "--methods", "dec", "--seeds", "4", *lengths]
    return ["--dataset", "digits", "--methods", "kmeans", "--seeds", "2"]


def _run(arguments: list[str]) -> Run:
    def run():
        folder = tempfile.mkdtemp()
        bench(["run", *arguments, "--results-dir", folder])
        cells = len(list(Path(folder).glob("*/cells/*.json")))
        shutil.rmtree(folder)
        return lambda: {"cells": cells}

    return run


def two_at_once(scale: Scale) -> Run:
    return _run([*grid(scale), "--jobs", "2", "--threads", "1"])


def one_after_the_other(scale: Scale) -> Run:
    return _run([*grid(scale), "--threads", "2"])
