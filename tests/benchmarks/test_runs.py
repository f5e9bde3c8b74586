"""Whole runs: the share of time that is neither fit nor metric, memory, and two cells at once."""

import shutil
from pathlib import Path

import pytest
from contenders import runs
from contest import Scale, contest, keep_rows
from speed_table import Limit

pytestmark = pytest.mark.slow


def test_two_cells_at_once(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="Two cells at once (--jobs 2 --threads 1), four cells of DEC on MNIST-5k",
        peer="one after the other on two threads",
        target=1.1,
        ours=runs.two_at_once,
        theirs=runs.one_after_the_other,
        rounds=3,
        warm=False,
    )
    assert ours == theirs


def test_a_run_of_three_methods(benchmark, scale: Scale, tmp_path: Path):
    """The rest is the time of the run minus its fits and minus its metrics.

    The metrics take the time of a run that only scores minus the time of a run that has nothing to do.
    """
    command = ["run", "--seeds", "1", "--name", "x", "--results-dir", str(tmp_path)]
    if scale.full:
        command += ["--dataset", scale.mnist, "--param=dec.pretrain_epochs=3", "--param=dec.epochs=3"]
        runs.bench(["describe", scale.mnist])  # decodes the data before the timed run
    else:
        command += ["--dataset", "digits", "--methods", "som,kmeans", "--param=som.n_steps=500"]
    whole = benchmark.pedantic(runs.bench, args=[command], rounds=1)
    fits = runs.fit_seconds(tmp_path / "x")
    shutil.rmtree(tmp_path / "x" / "scores")
    metrics = runs.bench(command).seconds - runs.bench(command).seconds
    rest = whole.seconds - fits - metrics
    notes = f"wall {whole.seconds:.1f} s, fits {fits:.1f} s, metrics {metrics:.1f} s"
    what = "dec (3 + 3 epochs), som and kmeans on all of MNIST"
    rows = [
        Limit(f"Neither fit nor metric, share of the wall time: {what}", 100 * rest / whole.seconds, 2, "%", notes),
        Limit(f"Peak memory: {what}", whole.peak_bytes / 1e9, 2.5, "GB", "one process"),
    ]
    assert rest > 0 or not scale.full
    assert whole.peak_bytes > 50e6
    keep_rows(benchmark, scale, rows)
