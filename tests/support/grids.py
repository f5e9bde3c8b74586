"""Small experiments on the digits of scikit-learn."""

from typing import TypeVar

from reporters import Log

from bench.datasets.images import ImageData
from bench.experiments.experiment import parse_experiment
from bench.running.executors import Executor, Job, Processes
from bench.running.runner import Run
from bench.store.locks import Locks
from bench.store.records import Cell

QUICK = ("dec.pretrain_epochs=2", "dec.epochs=1", "ae-kmeans.pretrain_epochs=2", "som.n_steps=500")
L = TypeVar("L", bound=Log)


def cells_of(data: ImageData, methods: str, *params: str, seeds: str = "1") -> list[Cell]:
    """As the command line makes them."""
    experiment = parse_experiment(
        methods=methods,
        dataset="digits",
        split="train+test",
        seeds=seeds,
        presets=None,
        latent_dims=None,
        n_clusters=None,
        params=list(params),
    )
    return experiment.cells(data.summary())


def run(cells: list[Cell], job: Job, log: L, executor: Executor | None = None) -> L:
    """On two processes, or on another executor."""
    with Locks() as locks, executor or Processes(job, 2) as used:  # type: ignore[attr-defined]
        Run(job, log, locks).cells(cells, used)
    return log
