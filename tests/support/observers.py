"""An observer of a run that keeps all events."""

from bench.running.attempt import Result
from bench.store.records import Attempt, Cell
from methods.registry import Progress


class Log:
    """The events of a run, in lists."""

    def __init__(self) -> None:
        self.started: list[Cell] = []
        self.results: list[Result] = []
        self.retried: list[Attempt] = []
        self.ended_elsewhere: list[Cell] = []
        self.phases: list[str] = []
        self.shares: list[float] = []
        self.lines: list[str] = []

    @property
    def endings(self) -> list[str]:
        return [result.attempt.ending for result in self.results]

    def result(self, method: str) -> Result:
        """The last result of a method."""
        return [result for result in self.results if result.attempt.cell.method == method][-1]

    def cell_started(self, cell: Cell) -> None:
        self.started.append(cell)

    def cell_progress(self, cell: Cell, progress: Progress) -> None:
        self.phases.append(progress.phase)

    def cell_retried(self, attempt: Attempt) -> None:
        self.retried.append(attempt)

    def cell_ended(self, result: Result) -> None:
        self.results.append(result)

    def cell_ended_elsewhere(self, cell: Cell, finished: bool) -> None:
        self.ended_elsewhere.append(cell)

    def idle(self) -> None: ...

    def scoring(self, share: float) -> None:
        self.shares.append(share)

    def warn(self, line: str) -> None:
        self.lines.append(line)
