"""A run on a Dask cluster whose workers are killed at random times.

`python tests/support/chaos.py --cells 200` shows that no cell is lost or doubled, and the time that a cell needs in
addition to its fit.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from clusters import MODULES, Cluster
from commands import bench, start, tables

from bench.store.store import Store

MAX_RUNS = 5


def chaos(
    arguments: str, cluster: Cluster, folder: Path, environment: dict[str, str], pause: float, max_kills: int
) -> tuple[int, int]:
    """Run the command until all cells are finished; run it again if a cell failed because it lost three workers.

    About every `pause` seconds a worker is killed and a new one is started, at most `max_kills` times. Returns the
    number of killed workers and the number of runs.
    """
    generator = random.Random(0)
    killed = 0
    for n_runs in range(1, MAX_RUNS + 1):
        driver = start(f"{arguments} --dask {cluster.address}", folder, environment, draws=False)
        while driver.poll() is None:
            time.sleep(generator.uniform(0.5, 1.5) * pause)
            if killed < max_kills and driver.poll() is None:
                living = [worker for worker in cluster.workers if worker.poll() is None]
                generator.choice(living).kill()
                cluster.start_worker()
                killed += 1
        _, errors = driver.communicate()
        assert errors == "", errors
        if driver.returncode == 0:
            return killed, n_runs
        assert driver.returncode == 1
    raise AssertionError(f"cells fail after {MAX_RUNS} runs")


def main() -> None:
    """Run K-Means and SOM on the digits, with as many seeds as the number of cells needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=8.0)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    arguments = (
        f"run --dataset digits --methods kmeans,som --param som.n_steps=500 --threads 1 --seeds {options.cells // 2}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "PYTHONPATH": MODULES}
        for part in ("undisturbed", "chaos", "dask"):
            (folder / part).mkdir()
        assert bench(arguments, folder / "undisturbed", environment, seconds=3600).returncode == 0
        cluster = Cluster(folder / "dask")
        try:
            for _ in range(options.workers):
                cluster.start_worker()
            begin = time.monotonic()
            killed, n_runs = chaos(arguments, cluster, folder / "chaos", environment, options.pause, options.kills)
            seconds = time.monotonic() - begin
        finally:
            cluster.close()
        store = Store(folder / "chaos/results", "digits")
        attempts = [attempt for path in store.path("attempts").iterdir() for attempt in store.attempts(path.name)]
        done = [attempt for attempt in attempts if attempt.ending == "ok"]
        fits = pd.read_csv(store.path("cells.csv")).fit_seconds
        wall = sum(attempt.wall_seconds for attempt in done)
        spent = sum(attempt.wall_seconds for attempt in attempts)
        lines = {
            "cells": len(fits),
            "workers, cores": f"{options.workers}, {os.cpu_count()}",
            "seconds": f"{seconds:.0f}",
            "runs": n_runs,
            "workers killed": killed,
            "attempts": pd.Series([attempt.ending for attempt in attempts]).value_counts().to_dict(),
            "cells with two results": len(done) - len({attempt.key for attempt in done}),
            "tables as undisturbed": tables(store.path()) == tables(folder / "undisturbed/results/digits"),
            "process of a cell without its fit, s": f"{(wall - fits.sum()) / len(done):.2f}",
            "everything else, s per cell": f"{(seconds - spent / options.workers) / len(fits):.2f}",
        }
        for name, value in lines.items():
            sys.stdout.write(f"{name}: {value}\n")


if __name__ == "__main__":
    main()
