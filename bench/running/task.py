"""The task of a process: one cell, and everything that the process needs to run it."""

import msgspec

from bench.experiments.request import Limits
from bench.store.records import Cell, Environment


class Task(msgspec.Struct, tag=True, frozen=True, kw_only=True):
    """One cell to run."""

    cell: Cell
    dataset: str
    """Name of the data set; the process loads it."""
    split: str
    digest: str
    """The digest that the loaded data must have."""
    environment: Environment
    """The environment of the driver process, or of a worker of the cluster."""
    code: str
    """The code version that the process must have."""
    weights: str | None
    """Path of the pretrained autoencoder, which may be absent. None if the method learns no representation."""
    limits: Limits
    on_cluster: bool = False
    """Whether the process may run on another machine than the driver process."""
