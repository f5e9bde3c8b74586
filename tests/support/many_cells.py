"""The time that a run of many cells takes beside its fits.

`python tests/support/many_cells.py 100 500 2000 10000` prints a table: seconds of processor time for each number of
cells, in one process. `run` has the cells of a method whose fit takes no time, on the digits; `score` is the scoring in
that run; `again` is the same command once more, with nothing to do.
"""

import contextlib
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from tabulate import tabulate

from bench.cli.app import main
from bench.commands import run
from bench.store.records import Cell
from bench.store.store import Store

COLUMNS = ["cells", "run, s", "score, s", "run beside fits and scores, ms a cell", "again, s", "status, s", "report, s"]
NAME = "many"


def command(arguments: str, folder: Path) -> float:
    """Run a command and its cells in this process; returns its processor time, s."""
    begin = time.process_time()
    here = mock.patch.object(Cell, "is_third_party", False)  # such a class would have a process of its own
    with here, contextlib.redirect_stdout(io.StringIO()) as output:
        code = main([*arguments.split(), "--results-dir", str(folder)])
    assert code == 0, output.getvalue()[-2000:]
    return time.process_time() - begin


def measure(n_cells: int, folder: Path) -> dict[str, float]:
    """Processor seconds of each step, by column, for a new experiment with so many cells."""
    arguments = f"run --dataset digits --methods instant:Instant --threads 1 --seeds {n_cells} --name {NAME}"
    scoring: list[float] = []
    with _timed("score_finished", scoring):
        seconds = command(arguments, folder)
    store = Store(folder, NAME)
    attempts = (store.attempts(path.name) for path in store.path("attempts").iterdir())
    fits = sum(attempt.wall_seconds for (attempt,) in attempts)
    return {
        "cells": n_cells,
        "run, s": seconds,
        "score, s": sum(scoring),
        "run beside fits and scores, ms a cell": 1000 * (seconds - sum(scoring) - fits) / n_cells,
        "again, s": command(arguments, folder),
        "status, s": command(f"status {NAME}", folder),
        "report, s": command(f"report {NAME}", folder),
    }


@contextlib.contextmanager
def _timed(function: str, seconds: list[float]) -> Iterator[None]:
    """Add the processor time of each call of a function of the command `run` to `seconds`."""
    original: Callable[..., object] = getattr(run, function)

    def timed(*arguments: object) -> object:
        begin = time.process_time()
        try:
            return original(*arguments)
        finally:
            seconds.append(time.process_time() - begin)

    with mock.patch.object(run, function, timed):
        yield


if __name__ == "__main__":
    rows = []
    for size in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as name:
            row = measure(size, Path(name))
        rows.append([f"{row[column]:,.1f}" if column != "cells" else f"{size:,}" for column in COLUMNS])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    table = tabulate(rows, COLUMNS, tablefmt="pipe", disable_numparse=True, stralign="right")
    sys.stdout.write(f"{table}\n\nPeak memory {peak:.1f} GB; load of the machine {os.getloadavg()[0]:.1f}.\n")
