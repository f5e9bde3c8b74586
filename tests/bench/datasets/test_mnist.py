"""All of MNIST through the loader: its published statistics, and the time of the second load.

The environment variable DEC_BENCH_MNIST names a folder with MNIST in the Hub's layout."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.datasets.load import load

ROOT = Path(__file__).parents[3]
MNIST = os.environ.get("DEC_BENCH_MNIST", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MNIST, reason="DEC_BENCH_MNIST is not set; expected a folder in the Hub's layout"),
]

MEASURED_LOAD = """
import json, sys, time
from pathlib import Path
start = time.perf_counter()
from bench.datasets.load import load
data = load(sys.argv[1], "train+test", Path(sys.argv[2]))
seconds = time.perf_counter() - start
heavy = [name for name in ("datasets", "torch", "pandas", "pyarrow") if name in sys.modules]
print(json.dumps({"seconds": seconds, "heavy": heavy, "shape": data.features.shape, "digest": data.digest}))
"""


@pytest.fixture(scope="module")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mnist-cache")


def measured_load(cache: Path) -> Any:
    command = [sys.executable, "-c", MEASURED_LOAD, MNIST, str(cache)]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def test_the_second_load_takes_under_a_second_and_imports_no_heavy_library(shared_cache: Path):
    first, second = measured_load(shared_cache), measured_load(shared_cache)
    print(f"MNIST: first load {first['seconds']:.1f} s, second load {second['seconds']:.2f} s")  # noqa: T201
    assert first["shape"] == second["shape"] == [70_000, 784]
    assert first["digest"] == second["digest"]
    assert second["heavy"] == []
    assert second["seconds"] < 1


def test_the_training_split_comes_first_and_has_the_published_mean(shared_cache: Path):
    data = load(MNIST, cache_dir=shared_cache)
    assert data.parts == {"train": 60_000, "test": 10_000}
    assert data.features[:60_000].mean(dtype=np.float64) * 255 == pytest.approx(33.3184, abs=5e-5)
    assert data.labels is not None
    assert data.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(data.labels).tolist() == [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]
    assert data.class_names == list("0123456789")
