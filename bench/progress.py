"""How a run is shown while it goes on: bars on a terminal, one plain line a cell elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import TimeRemainingColumn as Remaining
from rich.table import Column

from bench.records import Cell, Record


def cell_title(cell: Cell) -> str:
    """A cell in a few words.

    >>> cell_title(Cell(method="dec", seed=0, n_clusters=10, preset="small", latent_dim=10, params={"lr": 0.01}))
    'dec small d=10 lr=0.01 seed 0'
    """
    architecture = [cell.preset, f"d={cell.latent_dim}"] if cell.preset else []
    params = [f"{name}={value}" for name, value in cell.params.items()]
    return " ".join([cell.method, *architecture, *params, f"seed {cell.seed}"])


@contextmanager
def decoding_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar for images that are decoded: it appears with the first one and is told how many are done, of how many."""
    columns = (TextColumn("decoding images"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, Remaining(), console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=None, visible=False)
        yield lambda done, total: bars.update(task, completed=done, total=total, visible=True)


def busy(console: Console, what: str) -> AbstractContextManager[object]:
    """A spinner beside `what` on a terminal, nothing elsewhere."""
    return console.status(what) if console.is_terminal else nullcontext()


class RunProgress(AbstractContextManager["RunProgress"]):
    """Shows one run on `console`: a bar for all cells and one for each cell that runs.

    `check`, called at each report, may raise to end the run.
    """

    def __init__(self, console: Console, n_cells: int, check: Callable[[], None] = lambda: None) -> None:
        self.console = console
        self.check = check
        self.n_cells = n_cells
        self.done = 0
        self._bars = Progress(
            SpinnerColumn(),
            # The description gives way where the terminal is narrow: numbers and times are what a user looks for.
            TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            BarColumn(bar_width=16),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[note]}", table_column=Column(no_wrap=True)),
            TimeElapsedColumn(),
            Remaining(),
            console=console,
            transient=True,
            expand=True,
            disable=not console.is_terminal,
        )
        self._all = self._bars.add_task("all cells", total=n_cells, note="")
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

    def cell_progress(self, cell: Cell, phase: str, done: float, total: float, loss: float | None) -> None:
        self.check()
        task = self._cells[cell.key]
        if phase != self._phases.get(cell.key):
            self._phases[cell.key] = phase
            self._bars.reset(task, description=f"{cell_title(cell)} · {phase}")
        note = "" if loss is None else f"loss {loss:.4g}"
        self._bars.update(task, completed=int(done), total=int(total), note=note)

    def cell_ended(self, record: Record) -> None:
        self.done += 1
        self._bars.remove_task(self._cells.pop(record.key))
        self._bars.update(self._all, completed=self.done)
        if record.failure is None:
            outcome = f"fitted in {record.fit_seconds:.1f} s"
        else:
            outcome = f"FAILED: {record.failure.type}: {record.failure.message}"
        self.line(f"[{self.done}/{self.n_cells}] {cell_title(record.cell)}: {outcome}")
        for warning in record.warnings:
            self.warn(f"{cell_title(record.cell)}: {warning}")

    def scoring(self, share: float) -> None:
        self.check()
        self._bars.start_task(self._metrics)
        self._bars.update(self._metrics, completed=int(100 * share), visible=share < 1)

    def warn(self, line: str) -> None:
        self.line(f"warning: {line}")

    def line(self, text: str) -> None:
        """One line above the bars, as it is: no markup, no wrapping."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)
