"""Groups of a small results folder with labels written by hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from stored import record_of

from bench.report.groups import Group, group
from bench.report.outcomes import Outcome
from bench.store.records import Cell
from bench.store.store import Store

Arrays = dict[str, NDArray[Any]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "demo")


@pytest.fixture
def groups_of(store: Store) -> Callable[[Sequence[tuple[str, int, Arrays]]], list[Group]]:
    """A function that stores one fit of 9 seconds for each method, seed and arrays, and returns the groups.

    `ks` has the number of clusters of each fit, which is 2 otherwise.
    """

    def make(
        fits: Sequence[tuple[str, int, Arrays]], folds: int | None = None, ks: Sequence[int] | None = None
    ) -> list[Group]:
        outcomes = []
        for (method, seed, arrays), k in zip(fits, ks or [2] * len(fits), strict=True):
            cell = Cell(method=method, seed=seed, n_clusters=k, folds=folds)
            record = record_of(cell, fit_seconds=9.0)
            store.write(record, {"labels": np.asarray(arrays["labels"], np.int64), **arrays})
            outcomes.append(Outcome(cell, record, (), {}))
        return group(outcomes)

    return make
