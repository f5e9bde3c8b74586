"""The scale of a measurement, and the table of all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contest import Scale
from speed_table import Limit, Ratio, write_tables

from bench.environment import describe_environment
from bench.threads import available_cores

ROOT = Path(__file__).resolve().parents[2]
ROWS: list[Ratio | Limit] = []


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Scale:
    """Full where timing is asked for, else a moment's work."""
    return Scale(mnist=request.config.getoption("--mnist"), full=request.config.getoption("--benchmark-only"))


@pytest.fixture(autouse=True)
def collected(benchmark: object) -> Iterator[None]:
    yield
    ROWS.extend(benchmark.extra_info.pop("rows", []))  # type: ignore[attr-defined]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if ROWS and session.config.getoption("--benchmark-only"):
        about = describe_environment(available_cores())
        libraries = ", ".join(
            f"{name} {about.versions[name]}" for name in ("torch", "numpy", "scikit-learn", "minisom")
        )
        machine = f"{about.processor}, {about.cores} cores, {libraries}, commit {about.commit}"
        write_tables(ROWS, ROOT / "results" / "benchmarks", machine)
