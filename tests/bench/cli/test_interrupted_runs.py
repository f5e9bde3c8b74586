"""An interrupted run prints one line, and leaves no process and no temporary file; the same command continues it."""

import os
import signal
from pathlib import Path

import pytest
from commands import until
from in_process import here
from interrupts import Driver, Interrupt

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and process groups")]

RUN = "run --dataset digits --threads 1 --seeds 1 --methods kmeans,som --param som.n_steps="
ONCE, TWICE = Interrupt(0), Interrupt(0, gap=0.0)
TWICE_TO_ALL = Interrupt(0, gap=0.1, to_group=True)
TERM, HANGUP = Interrupt(0, signal.SIGTERM, to_group=True), Interrupt(0, signal.SIGHUP, gap=0.2)


@pytest.mark.parametrize(
    ("executor", "interrupt"),
    [
        *[("--jobs 1", interrupt) for interrupt in (ONCE, TWICE, HANGUP)],
        *[("--jobs 2", interrupt) for interrupt in (TWICE_TO_ALL, TERM)],
        ("--dask local:2", TWICE_TO_ALL),
        *[pytest.param("--dask local:2", interrupt, marks=pytest.mark.nightly) for interrupt in (ONCE, TERM)],
        pytest.param("--jobs 2", TWICE, marks=pytest.mark.nightly),
    ],
)
def test_while_cells_run(executor: str, interrupt: Interrupt, tmp_path: Path, ctrl_c: None):
    """The driver process handles the signals in the same way for each executor, so not every pair is here.

    Each signal is sent once or twice, to one process or to all; the pairs that repeat another executor are nightly.
    `tests/support/interrupts.py` draws all pairs at random.
    """
    driver = Driver(f"{RUN}100000000 {executor}", tmp_path)
    cells = tmp_path / "results/digits/cells"
    until(lambda: list(cells.glob("kmeans-*.json")), seconds=240)
    outcome = driver.interrupt(interrupt)
    assert (outcome.line, outcome.faults) == ("n of n cells are finished; the same command continues the run.", [])


@pytest.mark.parametrize(
    ("executor", "seconds"), [("--jobs 2", 0.5), ("--jobs 1", 3.0), ("--jobs 2", 3.0), ("--dask local:2", 3.0)]
)
def test_at_the_start(executor: str, seconds: float, tmp_path: Path, ctrl_c: None):
    """After half a second the program loads, which is the same for each executor."""
    driver = Driver(f"{RUN}100000000 {executor}", tmp_path)
    assert driver.interrupt(Interrupt(seconds, gap=0.1, to_group=True)).faults == []


def test_the_same_command_continues(tmp_path: Path, ctrl_c: None):
    command = f"{RUN}20000 --dask local:2"
    driver = Driver(command, tmp_path)
    until(lambda: list((tmp_path / "results/digits/cells").glob("kmeans-*.json")), seconds=240)
    assert driver.interrupt(Interrupt(0, gap=0.1, to_group=True)).faults == []
    done = here(command, tmp_path, dict(os.environ), seconds=600)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 2 cells are finished already." in done.stdout
