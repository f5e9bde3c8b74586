"""The request of one run: the experiment and how to execute it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.datasets.catalogue import ARRAYS
from bench.datasets.file_formats import stem
from bench.experiments.experiment import Experiment
from bench.store.reading import READ_PLAIN, Reading

if TYPE_CHECKING:
    from bench.store.records import Cell, DataSummary
    from bench.store.store import Store

_KEY_DIGITS = 10
"""Digits of the key of arrays in the name of their folder."""


@dataclass(frozen=True)
class Limits:
    """Limits of one cell; None: no limit."""

    seconds: float | None = None
    """Wall seconds."""
    memory_bytes: int | None = None
    """Memory of its process, excluding memory-mapped images."""
    gpu_bytes: int | None = None
    """Memory of PyTorch's tensors on a GPU with CUDA."""


@dataclass(frozen=True, kw_only=True)
class Execution:
    """Where and how cells run; `run --help` explains each field. The cells of an experiment do not depend on it."""

    device: str = "auto"
    threads: int | None = None
    jobs: int | None = None
    """Number of cells at once; None: `bench.running.side_by_side` chooses it."""
    dask: str | None = None
    limits: Limits = Limits()
    models: bool = True
    """Whether fitted models are kept."""
    results_dir: Path = Path("results")
    dry_run: bool = False
    force: bool = False
    command: str = ""
    """The command as the user typed it; the manifest keeps it."""


@dataclass(frozen=True)
class RunRequest:
    """An experiment, its execution, and the results folder."""

    experiment: Experiment
    execution: Execution
    name: str | None = None
    """Name of the results folder; None: the name of the data set."""
    note: str = ""
    """A caveat that every table of these cells must show."""
    further: tuple[Experiment, ...] = ()
    """More experiments on the same data and with the same seeds. All cells run in one run."""

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """All experiments of the request."""
        return self.experiment, *self.further

    def cells(self, data: "DataSummary") -> "list[Cell]":
        """The cells of all experiments, each cell once: one seed after the other. Raises UsageError as `Experiment`."""
        cells = {cell.key: cell for experiment in self.experiments for cell in experiment.cells(data)}
        return sorted(cells.values(), key=lambda cell: self.experiment.seeds.index(cell.seed))

    @property
    def store(self) -> "Store":
        """The results folder. Raises UsageError if the name cannot be a folder name."""
        from bench.store.store import Store  # loads numpy: only for a request that is valid

        return Store(
            self.execution.results_dir, self.name or default_name(self.experiment.dataset, self.experiment.reading)
        )


def default_name(dataset: str, reading: Reading = READ_PLAIN) -> str:
    """A valid name for the results folder of a data set: made from its name, or from that of its folder or file.

    Arrays of a program have the first 10 digits of their key: other arrays have another folder. Chosen sizes of classes
    are the end of the name, because these are other data.

    >>> default_name("ylecun/mnist@main")
    'ylecun_mnist_main'
    >>> default_name("arrays:3a2a1b04c5d6e7f8")
    'arrays-3a2a1b04c5'
    >>> default_name("mnist", Reading(class_sizes=(600, 6000)))
    'mnist-600-6000'
    """
    sizes = "" if reading.class_sizes is None else "-{}-{}".format(*reading.class_sizes)
    if dataset.startswith(ARRAYS):
        return f"arrays-{dataset.removeprefix(ARRAYS)[:_KEY_DIGITS]}{sizes}"
    path = Path(dataset).expanduser()
    if path.is_dir():
        dataset = path.resolve().name
    elif path.is_file():
        dataset = stem(path.name)
    return (re.sub(r"[^A-Za-z0-9._-]+", "_", dataset).lstrip("._-") or "results") + sizes
