"""The display of a run: progress bars on a terminal, and one plain line for each cell elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from bench.console.bars import titled_bars
from bench.console.eta import TimeLeft, duration
from bench.report.numbers import number
from bench.running.attempt import Result
from bench.store.records import Attempt, Cell, show_params
from bench.store.remarks import Remark
from bench.store.store import Store
from bench.text import at_most, visible
from methods.registry import Progress


def cell_title(cell: Cell, cells: Iterable[Cell] = ()) -> str:
    """A short title of a cell, as `bench.text.visible` shows it; with its k if `cells` differ in their k.

    >>> cell_title(Cell(method="dec", seed=0, n_clusters=10, preset="small", latent_dim=10, params={"augment": True}))
    'dec small d=10 augment=true seed 0'
    """
    architecture = [cell.preset, f"d={cell.latent_dim}"] if cell.preset else []
    k = [f"k={cell.n_clusters}"] if cell.n_clusters and len({each.n_clusters for each in cells}) > 1 else []
    return visible(" ".join([cell.method, *architecture, *k, *show_params(cell.params), seed_title(cell)]))


def seed_title(cell: Cell) -> str:
    """What tells a cell apart from the others of its row: its seed or fold, and its subsample.

    >>> seed_title(Cell(method="som", seed=7, folds=5, n_clusters=10))
    'fold 3 of 5'
    """
    seed = f"seed {cell.seed}" if cell.folds is None else f"fold {cell.seed % cell.folds + 1} of {cell.folds}"
    return f"{seed} subsample {cell.subsample}" if cell.is_subsampled else seed


def print_line(console: Console, text: str) -> None:
    """Print one line without markup, emoji codes, highlighting or wrapping, as `bench.text.visible` shows it."""
    console.print(visible(text), markup=False, emoji=False, highlight=False, soft_wrap=True)


PREFIXES = {"fact": "note", "part": "note", "caveat": "warning", "event": "warning"}
"""The first word of the line of a remark, by the kind of the remark."""


def print_remarks(console: Console, remarks: Iterable[Remark]) -> None:
    """Print one line for each remark: a fact and a part are notes; a caveat and an event are warnings."""
    for remark in remarks:
        print_line(console, f"{PREFIXES[remark.kind]}: {remark.text}")


@contextmanager
def printed_warnings(store: Store, console: Console) -> Iterator[Store]:
    """Yield the store. Its warnings are printed at the end, also after an error."""
    try:
        yield store
    finally:
        for warning in store.warnings:
            print_line(console, f"warning: {warning}")


@contextmanager
def decoding_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar for the reading of data; yields a function of two numbers: the rows that are read and all rows.

    The bar appears at the first call of the function.
    """
    columns = (TextColumn("reading rows"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        task = bars.add_task("", total=None, visible=False)
        yield lambda done, total: bars.update(task, completed=done, total=total, visible=True)


@contextmanager
def share_bar(console: Console, title: str) -> Iterator[Callable[[float], None]]:
    """A bar with a title; yields a function of the finished share, 0 to 1. Only a terminal shows the bar."""
    columns = (TextColumn(title), BarColumn(bar_width=None), TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=1.0)
        yield lambda share: bars.update(task, completed=share)


def busy(console: Console, title: str) -> AbstractContextManager[object]:
    """A spinner with a title; only a terminal shows it."""
    return console.status(title) if console.is_terminal else nullcontext()


class RunDisplay(AbstractContextManager["RunDisplay"]):
    """Shows a run on `console`: a bar for all cells and a bar for each running cell.

    Its methods implement `bench.running.runner.RunObserver`. `check` is called often; it may raise to end the run.
    `ari` returns the ARI of a fit that has just ended, or None. `errors` is the command that prints tracebacks.
    """

    def __init__(
        self,
        console: Console,
        cells: Sequence[Cell],
        check: Callable[[], None] = lambda: None,
        ari: Callable[[Result], float | None] = lambda result: None,
        errors: str = "",
    ) -> None:
        self.console = console
        self.check, self.ari, self.errors = check, ari, errors
        self.n_failed = 0
        self._cells, self._n_cells = cells, len(cells)
        self._n_done = 0
        self._time_left = TimeLeft(cells)
        self._n_at_once = 1
        self._bars = titled_bars(console)
        self._all = self._bars.add_task("all cells", total=self._n_cells, note="", left="")
        self._metrics = self._bars.add_task("metrics, %", total=100, visible=False, note="", start=False)
        self._tasks: dict[str, TaskID] = {}
        self._phases: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bars.stop()

    def cell_started(self, cell: Cell) -> None:
        self.check()
        self._tasks[cell.key] = self._bars.add_task(cell_title(cell, self._cells), total=None, note="")
        self._n_at_once = max(self._n_at_once, len(self._tasks))

    def cell_progress(self, cell: Cell, progress: Progress) -> None:
        self.check()
        task = self._tasks[cell.key]
        if progress.phase != self._phases.get(cell.key):
            self._phases[cell.key] = progress.phase
            self._bars.reset(task, description=f"{cell_title(cell, self._cells)} · {visible(progress.phase)}")
        note = "" if progress.loss is None else f"{progress.loss:.4g}"
        self._bars.update(task, completed=int(progress.done), total=int(progress.total), note=note)

    def cell_retried(self, attempt: Attempt) -> None:
        self._bars.remove_task(self._tasks.pop(attempt.key))
        self.warn(f"{cell_title(attempt.cell, self._cells)}: {_reason(attempt)}; trying again.")

    def cell_ended(self, result: Result) -> None:
        attempt, record = result.attempt, result.record
        self._bars.remove_task(self._tasks.pop(attempt.key))
        self.n_failed += record is None
        if record is None:
            outcome = f"FAILED: {self._failure(attempt)}"
        else:
            ari = self.ari(result)
            outcome = f"fitted in {record.fit_seconds:.1f} s" + ("" if ari is None else f", ARI {number(ari, 3)}")
        self._count(attempt.cell, outcome, attempt.wall_seconds)
        for warning in at_most(record.warnings, "table.md has the first, the records have all.") if record else []:
            self.warn(f"{cell_title(attempt.cell, self._cells)}: {warning}")

    def cell_ended_elsewhere(self, cell: Cell, finished: bool) -> None:
        if (task := self._tasks.pop(cell.key, None)) is not None:  # it ran here, too
            self._bars.remove_task(task)
        self._count(cell, "finished by another run" if finished else "failed in another run")

    def idle(self) -> None:
        self.check()

    def scoring(self, share: float) -> None:
        self.check()
        self._bars.start_task(self._metrics)
        self._bars.update(self._metrics, completed=int(100 * share), visible=share < 1)

    def warn(self, line: str) -> None:
        print_line(self.console, f"warning: {line}")

    def _failure(self, attempt: Attempt) -> str:
        """The reason of a failure and, if there is a traceback, the command that shows it."""
        has_traceback = attempt.failure is not None and attempt.failure.traceback and self.errors
        reason = _reason(attempt)
        return f"{reason.removesuffix('.')}; {self.errors} shows the traceback" if has_traceback else reason

    def _count(self, cell: Cell, outcome: str, seconds: float | None = None) -> None:
        """Print the outcome of a cell, and move the bar of all cells. `seconds`: how long the cell took here."""
        self._n_done += 1
        self._time_left.ended(cell, seconds)
        left = self._time_left.seconds(self._n_at_once)
        self._bars.update(self._all, completed=self._n_done, left="" if left is None else f"≈ {duration(left)}")
        print_line(self.console, f"[{self._n_done}/{self._n_cells}] {cell_title(cell, self._cells)}: {outcome}")


def _reason(attempt: Attempt) -> str:
    failure = attempt.failure
    return f"{failure.type}: {failure.message}" if failure else attempt.ending
