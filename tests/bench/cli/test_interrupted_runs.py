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
EXECUTORS = ["--jobs 1", "--jobs 2", "--dask local:2"]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(
    "interrupt",
    [
        Interrupt(0),
        Interrupt(0, gap=0.1, to_group=True),
        Interrupt(0, gap=0.0),
        Interrupt(0, signal.SIGTERM, to_group=True),
        Interrupt(0, signal.SIGHUP, gap=0.2),
    ],
)
def test_while_cells_run(executor: str, interrupt: Interrupt, tmp_path: Path, ctrl_c: None):
    driver = Driver(f"{RUN}100000000 {executor}", tmp_path)
    cells = tmp_path / "results/digits/cells"
    until(lambda: list(cells.glob("kmeans-*.json")), seconds=240)
    outcome = driver.interrupt(interrupt)
    assert (outcome.line, outcome.faults) == ("n of n cells are finished; the same command continues the run.", [])


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_at_the_start(executor: str, seconds: float, tmp_path: Path, ctrl_c: None):
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
