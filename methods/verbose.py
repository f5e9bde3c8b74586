"""Shows the progress of a fit: bars in a terminal and in a notebook, otherwise one line for each phase."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from methods.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def shown(title: str, console: "Console | None" = None) -> Iterator[ProgressCallback]:
    """A callback that shows what it receives; a last line has `title` and the seconds. None: standard output."""
    from rich.console import Console  # here: only a fit that shows its progress needs it

    console = console or Console()
    start = perf_counter()
    with (_bars if console.is_interactive or console.is_jupyter else _lines)(console) as report:
        yield report
    _print(console, f"{title}: {perf_counter() - start:.1f} s")


@contextmanager
def _bars(console: "Console") -> Iterator[ProgressCallback]:
    """One bar for each phase, with the latest loss. The bar of a phase that ended early is full at the end."""
    from rich import progress as bars

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.fields[loss]}"),
    )
    with bars.Progress(*columns, console=console) as display:
        tasks: dict[str, bars.TaskID] = {}

        def report(progress: Progress) -> None:
            if progress.phase not in tasks:
                tasks[progress.phase] = display.add_task(progress.phase, total=progress.total, loss="")
            display.update(tasks[progress.phase], completed=progress.done, loss=_loss(progress))

        yield report
        for task in display.tasks:
            display.update(task.id, total=task.completed)


@contextmanager
def _lines(console: "Console") -> Iterator[ProgressCallback]:
    """One line for each phase, when it ends."""
    latest: list[Progress] = []
    start = perf_counter()

    def end_phase() -> None:
        nonlocal start
        if latest:
            last = latest.pop()
            loss = _loss(last)
            parts = [f"{last.done:g} of {last.total:g}", *([loss] if loss else []), f"{perf_counter() - start:.1f} s"]
            _print(console, f"{last.phase}: {', '.join(parts)}")
            start = perf_counter()

    def report(progress: Progress) -> None:
        if latest and latest[-1].phase != progress.phase:
            end_phase()
        latest[:] = [progress]

    yield report
    end_phase()


def _loss(progress: Progress) -> str:
    return "" if progress.loss is None else f"loss {progress.loss:.4g}"


def _print(console: "Console", line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
