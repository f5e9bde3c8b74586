"""Time and memory of each step against the number of images."""

import pandas as pd
import pytest
from contenders.steps import STEPS
from contest import Scale
from rich.progress import track
from scaling import growth, measured

SIZES = (5_000, 10_000, 20_000, 35_000, 70_000)


def test_scaling(benchmark, scale: Scale):
    if not scale.full:
        pytest.skip("each point needs a process of its own: `make benchmark` measures them")
    cells = [(step, n) for step in STEPS for n in SIZES]

    def measure() -> pd.DataFrame:
        return pd.DataFrame([{"step": step, **measured(STEPS[step], scale, n)} for step, n in track(cells)])

    points = benchmark.pedantic(measure, rounds=1)
    benchmark.extra_info["scaling"] = points
    assert len(growth(points)) == len(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_runs(benchmark, scale: Scale, step: str):
    if scale.full:
        pytest.skip("test_scaling measures it")
    benchmark.pedantic(STEPS[step](scale, 300), rounds=1)


def test_growth(benchmark):
    points = pd.DataFrame({"step": "pairs", "images": [10, 100, 1000], "seconds": [1e-4, 1e-2, 1.0], "peak_mb": 500.0})
    (row,) = benchmark.pedantic(growth, args=[points], rounds=1).to_dict("records")
    assert row["Time grows as"] == "n²·⁰⁰ (± 0.00)"
    assert row["Time of 10 times the images"] == "× 100"
    assert row["1 million"] == "11.6 d, 0.5 GB"
