"""Measures one attempt from its start to its end."""

import platform
from datetime import UTC, datetime
from time import perf_counter

from bench.running.task import Task
from bench.store.records import Attempt, Ending, Failure


class Stopwatch:
    """Starts when it is made; makes the attempt when it has ended."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._start = perf_counter()

    def ended(
        self, ending: Ending, failure: Failure | None = None, *, pid: int | None = None, peak: int | None = None
    ) -> Attempt:
        """The attempt, as one of this machine. `peak`: the most memory that its process had in use, in bytes."""
        return Attempt(
            key=self.task.cell.key,
            cell=self.task.cell,
            ending=ending,
            failure=failure,
            started_at=self.started_at,
            wall_seconds=perf_counter() - self._start,
            peak_bytes=peak,
            host=platform.node(),
            pid=pid,
            environment=self.task.environment,
            code_version=self.task.code,
            data_digest=self.task.digest,
        )
