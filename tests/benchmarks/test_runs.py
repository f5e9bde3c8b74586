"""Whole runs: what is lost beside the work itself, memory, and two cells at once."""

import shutil
from pathlib import Path

from contenders import runs
from contest import Scale, contest
from speed_table import Limit


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
    """Its rest: the run, less its fits, less what metrics take, a run that only scores less one that does nothing."""
    command = ["run", "--seeds", "1", "--name", "x", "--results-dir", str(tmp_path)]
    if scale.full:
        command += ["--dataset", scale.mnist, "--param=dec.pretrain_epochs=3", "--param=dec.epochs=3"]
        runs.bench(["describe", scale.mnist])  # so that the data are decoded
    else:
        command += ["--dataset", "digits", "--methods", "som,kmeans", "--param=som.n_steps=500"]
    whole = benchmark.pedantic(runs.bench, args=[command], rounds=1)
    fits = runs.fit_seconds(tmp_path / "x")
    shutil.rmtree(tmp_path / "x" / "scores")
    metrics = runs.bench(command).seconds - runs.bench(command).seconds
    rest = whole.seconds - fits - metrics
    told = f"wall {whole.seconds:.1f} s, fits {fits:.1f} s, metrics {metrics:.1f} s"
    what = "dec (3 + 3 epochs), som and kmeans on all of MNIST"
    benchmark.extra_info["rows"] = [
        Limit(f"Neither fit nor metric, share of the wall time: {what}", 100 * rest / whole.seconds, 2, "%", told),
        Limit(f"Peak memory: {what}", whole.peak_bytes / 1e9, 2.5, "GB", "one process"),
    ]
    assert rest > 0 or not scale.full
    assert whole.peak_bytes > 50e6
