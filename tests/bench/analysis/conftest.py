"""Groups of a small results folder with labels written by hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.report.groups import Group, group
from bench.report.results import Outcome
from bench.store.records import Cell, Environment, Record
from bench.store.store import Store

Arrays = dict[str, NDArray[Any]]
ENVIRONMENT = Environment(
    python="3.11.9",
    platform="Linux",
    processor="A processor",
    cores=2,
    threads=2,
    accelerator=None,
    versions={},
    commit=None,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "demo")


@pytest.fixture
def groups_of(store: Store) -> Callable[[Sequence[tuple[str, int, Arrays]]], list[Group]]:
    """A function that stores one fit of 9 seconds for each method, seed and arrays, and returns the groups."""

    def make(fits: Sequence[tuple[str, int, Arrays]], folds: int | None = None) -> list[Group]:
        outcomes = []
        for method, seed, arrays in fits:
            cell = Cell(method=method, seed=seed, n_clusters=2, folds=folds)
            record = Record(
                key=cell.key,
                cell=cell,
                attempt="",
                started_at="2025-01-01T00:00:00Z",
                environment=ENVIRONMENT,
                code_version="c" * 64,
                data_digest="d" * 64,
                fit_seconds=9.0,
            )
            store.write(record, {"labels": np.asarray(arrays["labels"], np.int64), **arrays})
            outcomes.append(Outcome(cell, record, (), {}))
        return group(outcomes)

    return make
