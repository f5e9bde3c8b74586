"""What a run shows, on a terminal and elsewhere."""

import io

from rich.console import Console

from bench.environment import describe_environment
from bench.progress import RunProgress, busy, decoding_bar
from bench.records import Cell, Failure, Record

CELL = Cell(method="dec", seed=2, n_clusters=10, preset="small", latent_dim=10)


def record(**outcome: object) -> Record:
    return Record(
        key=CELL.key,
        cell=CELL,
        started_at="2026-01-01T00:00:00+00:00",
        environment=describe_environment(1),
        code_version="c",
        data_digest="d",
        **outcome,
    )


def shown(terminal: bool) -> str:
    """What one finished and one failed cell print."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=120)
    with decoding_bar(console) as decoded:
        decoded(500, 1000)
    with busy(console, "busy"), RunProgress(console, 2) as progress:
        progress.cell_started(CELL)
        for epoch in range(1, 4):
            progress.cell_progress(CELL, "pretrain", epoch, 3, 0.5 / epoch)
            progress._bars.refresh()
        progress.cell_ended(record(status="ok", fit_seconds=1.25, warnings=["SomeWarning: few [points]"]))
        progress.cell_started(CELL)
        failure = Failure(type="ValueError", message="[bold]too[/bold] bad", traceback="")
        progress.cell_ended(record(status="failed", failure=failure))
        progress.scoring(0.5)
        progress.scoring(1.0)
    return stream.getvalue()


def test_elsewhere_than_on_a_terminal_there_is_one_plain_line_a_cell():
    assert shown(terminal=False).splitlines() == [
        "[1/2] dec small d=10 seed 2: fitted in 1.2 s",
        "warning: dec small d=10 seed 2: SomeWarning: few [points]",
        "[2/2] dec small d=10 seed 2: FAILED: ValueError: [bold]too[/bold] bad",
    ]


def test_on_a_terminal_there_are_bars_with_phase_epochs_and_loss():
    output = shown(terminal=True)
    assert "dec small d=10 seed 2 · pretrain" in output
    assert "2/3" in output
    assert "loss 0.25" in output
    assert "all cells" in output
