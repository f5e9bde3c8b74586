"""How a run is shown while it goes on: bars on a terminal, one plain line a cell elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import TimeRemainingColumn as Remaining
from rich.table import Column
from rich.text import Text

from bench.console.eta import duration, seconds_left
from bench.running.fitting import Result
from bench.store.records import Attempt, Cell, show_params
from methods.registry import Progress as FitProgress


def cell_title(cell: Cell) -> str:
    """A cell in a few words.

    >>> cell_title(Cell(method="dec", seed=0, n_clusters=10, preset="small", latent_dim=10, params={"augment": True}))
    'dec small d=10 augment=true seed 0'
    """
    architecture = [cell.preset, f"d={cell.latent_dim}"] if cell.preset else []
    seed = f"seed {cell.seed}" if cell.folds is None else f"fold {cell.seed % cell.folds + 1} of {cell.folds}"
    return " ".join([cell.method, *architecture, *show_params(cell.params), seed])


@contextmanager
def decoding_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar for images that are decoded: it appears with the first one and is told how many are done, of how many."""
    columns = (TextColumn("decoding images"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, Remaining(), console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=None, visible=False)
        yield lambda done, total: bars.update(task, completed=done, total=total, visible=True)


@contextmanager
def share_bar(console: Console, what: str) -> Iterator[Callable[[float], None]]:
    """A bar beside `what` that is told the share that is done; nothing where the output is no terminal."""
    columns = (TextColumn(what), BarColumn(bar_width=None), TimeElapsedColumn(), Remaining())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=1.0)
        yield lambda share: bars.update(task, completed=share)


def busy(console: Console, what: str) -> AbstractContextManager[object]:
    """A spinner beside `what` on a terminal, nothing elsewhere."""
    return console.status(what) if console.is_terminal else nullcontext()


class _Left(Remaining):
    """The time left: what the task says of it, else what its own speed tells."""

    def render(self, task: Task) -> Text:
        return Text(task.fields["left"]) if "left" in task.fields else super().render(task)


class RunProgress(AbstractContextManager["RunProgress"]):
    """Shows one run on `console`: a bar for all cells and one for each cell that runs.

    `check`, called at each report, may raise to end the run.
    """

    def __init__(self, console: Console, cells: Sequence[Cell], check: Callable[[], None] = lambda: None) -> None:
        self.console = console
        self.check = check
        self.n_failed = 0
        self._n_cells = len(cells)
        self._left = {cell.key: cell for cell in cells}
        self._took: list[tuple[Cell, float]] = []
        self._at_once = 1
        self._bars = Progress(
            SpinnerColumn(),
            # The description gives way where the terminal is narrow: numbers and times are what a user looks for.
            TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            BarColumn(bar_width=16),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[note]}", table_column=Column(no_wrap=True)),
            TimeElapsedColumn(),
            _Left(table_column=Column(no_wrap=True)),
            console=console,
            transient=True,
            expand=True,
            speed_estimate_period=3600,  # an epoch may take minutes
            disable=not console.is_terminal,
        )
        self._all = self._bars.add_task("all cells", total=self._n_cells, note="", left="")
        self._metrics = self._bars.add_task("metrics", total=100, visible=False, note="%", start=False)
        self._cells: dict[str, TaskID] = {}
        self._phases: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._bars.stop()

    def cell_started(self, cell: Cell) -> None:
        self.check()
        self._cells[cell.key] = self._bars.add_task(cell_title(cell), total=None, note="")
        self._at_once = max(self._at_once, len(self._cells))

    def cell_progress(self, cell: Cell, progress: FitProgress) -> None:
        self.check()
        task = self._cells[cell.key]
        if progress.phase != self._phases.get(cell.key):
            self._phases[cell.key] = progress.phase
            self._bars.reset(task, description=f"{cell_title(cell)} · {progress.phase}")
        note = "" if progress.loss is None else f"loss {progress.loss:.4g}"
        self._bars.update(task, completed=int(progress.done), total=int(progress.total), note=note)

    def cell_retried(self, attempt: Attempt) -> None:
        self._bars.remove_task(self._cells.pop(attempt.key))
        self.warn(f"{cell_title(attempt.cell)}: {_why(attempt)}; it is tried again.")

    def cell_ended(self, result: Result) -> None:
        attempt, record = result.attempt, result.record
        self._bars.remove_task(self._cells.pop(attempt.key))
        outcome = f"FAILED: {_why(attempt)}" if record is None else f"fitted in {record.fit_seconds:.1f} s"
        self.n_failed += record is None
        self._took.append((attempt.cell, attempt.wall_seconds))
        self._count(attempt.cell, outcome)
        for warning in record.warnings if record else []:
            self.warn(f"{cell_title(attempt.cell)}: {warning}")

    def cell_found(self, cell: Cell, finished: bool) -> None:
        self._count(cell, "made by another run" if finished else "failed in another run")

    def idle(self) -> None:
        self.check()

    def _count(self, cell: Cell, outcome: str) -> None:
        self._left.pop(cell.key, None)
        done = self._n_cells - len(self._left)
        seconds = seconds_left(self._took, list(self._left.values()), self._at_once)
        left = "" if seconds is None or not self._left else f"about {duration(seconds)} left"
        self._bars.update(self._all, completed=done, left=left)
        self.line(f"[{done}/{self._n_cells}] {cell_title(cell)}: {outcome}")

    def scoring(self, share: float) -> None:
        self.check()
        self._bars.start_task(self._metrics)
        self._bars.update(self._metrics, completed=int(100 * share), visible=share < 1)

    def warn(self, line: str) -> None:
        self.line(f"warning: {line}")

    def line(self, text: str) -> None:
        """One line above the bars, as it is: no markup, no wrapping."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def _why(attempt: Attempt) -> str:
    failure = attempt.failure
    return f"{failure.type}: {failure.message}" if failure else attempt.ending
