"""One attempt to make a cell: its task, its clock and its result."""

import platform
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

import msgspec
from numpy.typing import NDArray

from bench.experiments.request import Limits
from bench.store.reading import Reading
from bench.store.records import Attempt, Cell, Ending, Environment, Failure, Record


class Task(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """One cell, and everything that a process needs to run it."""

    cell: Cell
    dataset: str
    """Name of the data set; the process loads it."""
    split: str
    reading: Reading
    digest: str
    """The digest that the loaded data must have."""
    environment: Environment
    """The environment of the driver process, or of a worker of the cluster."""
    code: str
    """The code version that the process must have."""
    plugin: str = ""
    """The package and version of the plug-in that the process must have, as in `Record`."""
    weights: str | None
    """Path of the pretrained autoencoder, which may be absent. None if the method learns no representation."""
    limits: Limits
    keep_model: bool = True
    """Whether the result has the fitted model, if its method is registered."""
    on_cluster: bool = False
    """Whether the process may run on another machine than the driver process."""


class Result(msgspec.Struct, tag=True):
    """The attempt and, if it succeeded, the record and the arrays of the fit."""

    attempt: Attempt
    record: Record | None = None
    """None if the attempt failed."""
    arrays: dict[str, NDArray[Any]] = {}
    """By the names in `bench.store.arrays`; empty if the attempt failed."""
    model: dict[str, bytes] = {}
    """The files of the fitted model, by name; empty if it is not kept."""
    lost: list[Attempt] = []
    """Earlier attempts, whose worker was lost before the cluster started the cell again."""


class Stopwatch:
    """Starts when it is made."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.id = uuid4().hex
        """Identity of the attempt."""
        self.started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._start = perf_counter()

    def ended(
        self,
        ending: Ending,
        failure: Failure | None = None,
        *,
        pid: int | None = None,
        peak: int | None = None,
        gpu_peak: int | None = None,
    ) -> Attempt:
        """The attempt, which ends now on this machine. `peak`, `gpu_peak`: as in `Attempt`, in bytes."""
        return Attempt(
            id=self.id,
            key=self.task.cell.key,
            cell=self.task.cell,
            ending=ending,
            failure=failure,
            started_at=self.started_at,
            wall_seconds=perf_counter() - self._start,
            peak_bytes=peak,
            peak_gpu_bytes=gpu_peak,
            host=platform.node(),
            pid=pid,
            environment=self.task.environment,
            code_version=self.task.code,
            data_digest=self.task.digest,
        )
