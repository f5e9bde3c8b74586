"""Small experiments on the digits of scikit-learn, and a job and a run for them."""

from typing import TypeVar

from observers import Log

from bench.datasets.images import ImageData
from bench.experiments.experiment import parse_experiment
from bench.machine.code import code_version
from bench.machine.environment import describe_environment
from bench.running.executors import Executor, Processes
from bench.running.job import Job
from bench.running.runner import Scheduler
from bench.store.locks import Locks
from bench.store.records import Cell
from bench.store.store import Store

QUICK = ("dec.pretrain_epochs=2", "dec.epochs=1", "ae-kmeans.pretrain_epochs=2", "som.n_steps=500")
ENVIRONMENT = describe_environment(threads=1, device="cpu")
CODE = code_version()
L = TypeVar("L", bound=Log)


def cells_of(data: ImageData, methods: str, *params: str, seeds: str = "1") -> list[Cell]:
    """The cells that the command line makes of these options."""
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


def job_of(data: ImageData, store: Store) -> Job:
    """A job with one thread for each cell, on the CPU, without limits."""
    return Job(data, store, ENVIRONMENT, CODE)


def run(cells: list[Cell], job: Job, log: L, executor: Executor | None = None) -> L:
    """Run the cells in two processes, or on another executor."""
    with Locks() as locks, executor or Processes(job, 2) as used:  # type: ignore[attr-defined]
        Scheduler(job, log, locks).run(cells, used)
    return log
