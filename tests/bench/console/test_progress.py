"""The display of a run, on a terminal and elsewhere."""

import io
import re

from rich.console import Console
from stored import record_of

from bench.console.progress import RunDisplay, busy, decoding_bar
from bench.experiments.request import Limits
from bench.machine.environment import describe_environment
from bench.running.attempt import Result, Stopwatch, Task
from bench.store.reading import READ_PLAIN
from bench.store.records import Cell, Failure
from methods.registry import Progress

CELL, OTHER, THIRD = (Cell(method="dec", seed=seed, n_clusters=10, preset="small", latent_dim=10) for seed in (2, 3, 4))


ENVIRONMENT = describe_environment(1)


def watch(cell: Cell) -> Stopwatch:
    task = Task(
        cell=cell,
        dataset="digits",
        split="all",
        reading=READ_PLAIN,
        digest="d",
        environment=ENVIRONMENT,
        code="c",
        weights=None,
        limits=Limits(),
    )
    return Stopwatch(task)


def test_a_finished_cell_says_its_ari_and_a_failed_one_the_command_for_its_traceback():
    stream = io.StringIO()
    aris = iter((-0.00001, None))
    command = "python -m bench show demo --errors"
    with RunDisplay(
        Console(file=stream, width=120), [CELL, OTHER, THIRD, CELL], ari=lambda result: next(aris), errors=command
    ) as display:
        for cell in (CELL, OTHER):
            display.cell_started(cell)
            display.cell_ended(Result(watch(cell).ended("ok"), record_of(cell, fit_seconds=1.25)))
        for traceback in ("Traceback …", ""):
            display.cell_started(THIRD)
            failure = Failure(type="ValueError", message="too bad.", traceback=traceback)
            display.cell_ended(Result(watch(THIRD).ended("failed", failure)))
    assert stream.getvalue().splitlines() == [
        "[1/4] dec small d=10 seed 2: fitted in 1.2 s, ARI 0.000",
        "[2/4] dec small d=10 seed 3: fitted in 1.2 s",
        f"[3/4] dec small d=10 seed 4: FAILED: ValueError: too bad; {command} shows the traceback",
        "[4/4] dec small d=10 seed 4: FAILED: ValueError: too bad.",
    ]
    assert display.n_failed == 2


def shown(terminal: bool) -> str:
    """The output of one finished cell, one failed cell, and one cell of another run."""
    record = record_of(CELL, fit_seconds=1.25, warnings=["SomeWarning: few [points]"])
    fitted = Result(watch(CELL).ended("ok"), record)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=120)
    with decoding_bar(console) as decoded:
        decoded(500, 1000)
    with busy(console, "busy"), RunDisplay(console, [CELL, OTHER, THIRD]) as display:
        display.cell_started(CELL)
        for epoch in range(1, 4):
            display.cell_progress(CELL, Progress("pretrain", epoch, 3, 0.5 / epoch))
            display._bars.refresh()
        display.cell_ended(fitted)
        display._bars.refresh()
        display.cell_started(OTHER)
        failure = Failure(type="ValueError", message="[bold]too[/bold] bad", traceback="")
        display.cell_retried(watch(OTHER).ended("lost worker", failure))
        display.cell_started(OTHER)
        display.cell_ended(Result(watch(OTHER).ended("failed", failure)))
        display.cell_ended_elsewhere(THIRD, finished=True)
        display.scoring(0.5)
        display.scoring(1.0)
    return stream.getvalue()


def test_without_a_terminal_each_cell_is_one_plain_line():
    assert shown(terminal=False).splitlines() == [
        "[1/3] dec small d=10 seed 2: fitted in 1.2 s",
        "warning: dec small d=10 seed 2: SomeWarning: few [points]",
        "warning: dec small d=10 seed 3: ValueError: [bold]too[/bold] bad; trying again.",
        "[2/3] dec small d=10 seed 3: FAILED: ValueError: [bold]too[/bold] bad",
        "[3/3] dec small d=10 seed 4: finished by another run",
    ]


def test_a_terminal_shows_bars_with_phase_epochs_and_loss():
    output = shown(terminal=True)
    assert "dec small d=10 seed 2 · pretrain" in output
    assert "2/3" in output
    assert "0.25" in output
    for heading in ("cell · phase", "epochs", "or steps", "loss", "elapsed", "left"):
        assert heading in output
    assert "all cells" in output
    assert re.search(r"≈ \d+ (s|min)", output), "two cells, each expected to take as long as the first"
