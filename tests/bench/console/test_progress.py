"""What a run shows, on a terminal and elsewhere."""

import io
import re

from rich.console import Console

from bench.console.progress import RunProgress, busy, decoding_bar
from bench.machine.environment import describe_environment
from bench.running.fitting import Result, Settings, Stopwatch
from bench.store.records import Cell, Failure, Record
from methods.registry import Progress

CELL, OTHER, THIRD = (Cell(method="dec", seed=seed, n_clusters=10, preset="small", latent_dim=10) for seed in (2, 3, 4))


ENVIRONMENT = describe_environment(1)
WATCH = Stopwatch(CELL, "d", Settings(environment=ENVIRONMENT, code="c"))


def shown(terminal: bool) -> str:
    """What one finished and one failed cell print."""
    record = Record(
        key=CELL.key,
        cell=CELL,
        started_at="2026-01-01T00:00:00+00:00",
        environment=ENVIRONMENT,
        code_version="c",
        data_digest="d",
        fit_seconds=1.25,
        warnings=["SomeWarning: few [points]"],
    )
    fitted = Result(WATCH.ended("ok"), record)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=120)
    with decoding_bar(console) as decoded:
        decoded(500, 1000)
    with busy(console, "busy"), RunProgress(console, [CELL, OTHER, THIRD]) as progress:
        progress.cell_started(CELL)
        for epoch in range(1, 4):
            progress.cell_progress(CELL, Progress("pretrain", epoch, 3, 0.5 / epoch))
            progress._bars.refresh()
        progress.cell_ended(fitted)
        progress._bars.refresh()
        progress.cell_started(OTHER)
        failure = Failure(type="ValueError", message="[bold]too[/bold] bad", traceback="")
        watch = Stopwatch(OTHER, "d", WATCH.settings)
        progress.cell_retried(watch.ended("lost worker", failure))
        progress.cell_started(OTHER)
        progress.cell_ended(Result(watch.ended("failed", failure)))
        progress.cell_found(THIRD, finished=True)
        progress.scoring(0.5)
        progress.scoring(1.0)
    return stream.getvalue()


def test_elsewhere_than_on_a_terminal_there_is_one_plain_line_a_cell():
    assert shown(terminal=False).splitlines() == [
        "[1/3] dec small d=10 seed 2: fitted in 1.2 s",
        "warning: dec small d=10 seed 2: SomeWarning: few [points]",
        "warning: dec small d=10 seed 3: ValueError: [bold]too[/bold] bad; it is tried again.",
        "[2/3] dec small d=10 seed 3: FAILED: ValueError: [bold]too[/bold] bad",
        "[3/3] dec small d=10 seed 4: made by another run",
    ]


def test_on_a_terminal_there_are_bars_with_phase_epochs_and_loss():
    output = shown(terminal=True)
    assert "dec small d=10 seed 2 · pretrain" in output
    assert "2/3" in output
    assert "loss 0.25" in output
    assert "all cells" in output
    assert re.search(r"about \d+ (s|min) left", output), "two cells, as long as the first"
