"""The scale of a measurement, and the tables of all measurements."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from contest import Scale
from scaling import write_scaling
from speed_table import PUBLISHED, Row, summary, write_tables

from bench.machine.environment import describe_environment
from bench.machine.threads import available_cores
from bench.report.tables.embed import replace_block

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "speed.md"
ROWS: list[Row] = []
POINTS: list[pd.DataFrame] = []


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Scale:
    """Full if timing is on, else a very small amount of work."""
    return Scale(mnist=request.config.getoption("--mnist"), full=request.config.getoption("--benchmark-enable"))


@pytest.fixture(autouse=True)
def collected(benchmark: object) -> Iterator[None]:
    yield
    extra = benchmark.extra_info  # type: ignore[attr-defined]
    ROWS.extend(extra.pop("rows", []))
    POINTS.extend([extra.pop("scaling")] if "scaling" in extra else [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--benchmark-enable"):
        about = describe_environment(available_cores())
        libraries = ", ".join(
            f"{name} {about.versions[name]}" for name in ("torch", "numpy", "scikit-learn", "minisom")
        )
        machine = f"{about.processor}, {about.cores} cores, {libraries}, commit {about.commit}"
        if ROWS:
            write_tables(ROWS, PUBLISHED, machine)
            replace_block(PAGE, "speed", summary(PUBLISHED))
        for points in POINTS:
            write_scaling(points, PUBLISHED, machine)
