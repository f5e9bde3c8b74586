"""A run of ten thousand cells takes a time per cell that does not grow with the number of cells."""

from pathlib import Path

import pytest
from many_cells import COLUMNS, NAME, measure

from bench.commands.status import status_lines
from bench.store.store import Store

pytestmark = pytest.mark.nightly
MOST = 1.5
"""Highest ratio of the times per cell, with 10,000 and with 1,000 cells. A time that is quadratic has the ratio 10."""


def test_ten_thousand_cells(benchmark, tmp_path: Path):
    measure(10, tmp_path / "imports")
    few = measure(1_000, tmp_path / "few")
    many = benchmark.pedantic(measure, args=[10_000, tmp_path / "many"], rounds=1)
    assert status_lines(Store(tmp_path / "many", NAME)) == [f"{NAME}: 10000 of 10000 cells finished, 0 running"]
    assert sum(1 for _ in Store(tmp_path / "many", NAME).path("cells").glob("*.npz")) == 10_000
    for step in COLUMNS[1:]:
        per_cell = 1 if "ms a cell" in step else 10
        assert many[step] <= MOST * per_cell * few[step], (step, many, few)
