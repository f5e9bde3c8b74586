"""The scale of a measurement, and the table of all of them."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from contest import Scale
from scaling import write_scaling
from speed_table import Limit, Ratio, summary, write_tables

from bench.machine.environment import describe_environment
from bench.machine.threads import available_cores
from bench.report.tables.embed import replace_block

ROOT = Path(__file__).resolve().parents[2]
ROWS: list[Ratio | Limit] = []
POINTS: list[pd.DataFrame] = []


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Scale:
    """Full where timing is asked for, else a moment's work."""
    return Scale(mnist=request.config.getoption("--mnist"), full=request.config.getoption("--benchmark-only"))


@pytest.fixture(autouse=True)
def collected(benchmark: object) -> Iterator[None]:
    yield
    extra = benchmark.extra_info  # type: ignore[attr-defined]
    ROWS.extend(extra.pop("rows", []))
    POINTS.extend([extra.pop("scaling")] if "scaling" in extra else [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--benchmark-only"):
        about = describe_environment(available_cores())
        libraries = ", ".join(
            f"{name} {about.versions[name]}" for name in ("torch", "numpy", "scikit-learn", "minisom")
        )
        machine = f"{about.processor}, {about.cores} cores, {libraries}, commit {about.commit}"
        folder = ROOT / "results" / "benchmarks"
        if ROWS:
            write_tables(ROWS, folder, machine)
            replace_block(ROOT / "README.md", "speed", summary(folder))
        for points in POINTS:
            write_scaling(points, folder, machine)
