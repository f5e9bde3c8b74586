"""A run on a Dask cluster whose workers are killed at random all the while.

`python tests/support/chaos.py --cells 200` shows that nothing is lost, nothing doubled, and how much a cell costs
beside its fit.
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

MOST_RUNS = 5


def chaos(
    arguments: str, cluster: Cluster, folder: Path, environment: dict[str, str], pause: float, most_kills: int
) -> tuple[int, int]:
    """Run the command, again where cells failed because three workers died under them, until all cells are there.

    Every `pause` seconds or so a worker dies and another one is started, `most_kills` times at most. Returns how many
    died, and how often the command was given.
    """
    generator = random.Random(0)
    killed = 0
    for n_runs in range(1, MOST_RUNS + 1):
        driver = start(f"{arguments} --dask {cluster.address}", folder, environment)
        while driver.poll() is None:
            time.sleep(generator.uniform(0.5, 1.5) * pause)
            if killed < most_kills and driver.poll() is None:
                living = [worker for worker in cluster.workers if worker.poll() is None]
                generator.choice(living).kill()
                cluster.start_worker()
                killed += 1
        _, errors = driver.communicate()
        assert errors == "", errors
        if driver.returncode == 0:
            return killed, n_runs
        assert driver.returncode == 1
    raise AssertionError(f"cells fail after {MOST_RUNS} runs")


def main() -> None:
    """Run K-Means on the digits with as many seeds as cells are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=8.0)
    parser.add_argument("--kills", type=int, default=100)
    asked = parser.parse_args()
    arguments = (
        f"run --dataset digits --methods kmeans,som --param som.n_steps=500 --threads 1 --seeds {asked.cells // 2}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "PYTHONPATH": MODULES}
        for part in ("undisturbed", "chaos", "dask"):
            (folder / part).mkdir()
        assert bench(arguments, folder / "undisturbed", environment, seconds=3600).returncode == 0
        cluster = Cluster(folder / "dask")
        try:
            for _ in range(asked.workers):
                cluster.start_worker()
            begin = time.monotonic()
            killed, n_runs = chaos(arguments, cluster, folder / "chaos", environment, asked.pause, asked.kills)
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
            "workers, cores": f"{asked.workers}, {os.cpu_count()}",
            "seconds": f"{seconds:.0f}",
            "runs": n_runs,
            "workers killed": killed,
            "attempts": pd.Series([attempt.ending for attempt in attempts]).value_counts().to_dict(),
            "cells with two results": len(done) - len({attempt.key for attempt in done}),
            "tables as undisturbed": tables(store.path()) == tables(folder / "undisturbed/results/digits"),
            "a cell's process beside its fit, s": f"{(wall - fits.sum()) / len(done):.2f}",
            "all else, s a cell": f"{(seconds - spent / asked.workers) / len(fits):.2f}",
        }
        for name, value in lines.items():
            sys.stdout.write(f"{name}: {value}\n")


if __name__ == "__main__":
    main()
