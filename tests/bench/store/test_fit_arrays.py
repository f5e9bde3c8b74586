"""Arrays that do not fit their record or the data are refused, before any number is computed from them."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from stored import record_of

from bench.store import arrays as names
from bench.store.fit_arrays import check_arrays
from bench.store.records import Cell, DataSummary

CELL = Cell(method="som", seed=0, n_clusters=2)
RECORD = record_of(CELL, grid_shape=(2, 3))
DATA = DataSummary(
    name="x",
    source="s",
    revision="r",
    split="all",
    digest="d",
    n_samples=40,
    n_features=4,
    image_shape=(2, 2, 1),
    class_names=None,
)
ARRAYS = {
    names.LABELS: np.arange(40, dtype=np.int64) % 2 - 1,
    names.CLUSTER_CENTERS: np.zeros((2, 4)),
    names.EMBEDDING: np.full((40, 3), np.nan, np.float32),
    names.PROTOTYPES: np.zeros((6, 4), np.float32),
    names.SOFT_ASSIGNMENTS: np.full((40, 2), 0.5, np.float32),
    names.POSTERIOR: np.full(40, 0.5, np.float32),
    names.MARGIN: np.full(40, np.nan, np.float32),
    names.TRACE_LABELS: np.zeros((5, 40), np.int32),
    names.TRACE_SECONDS: np.arange(5.0),
    names.RECONSTRUCTIONS: np.zeros((32, 4), np.float32),
}


def test_the_arrays_of_a_fit_are_accepted() -> None:
    check_arrays(ARRAYS, RECORD, DATA)
    check_arrays(ARRAYS, RECORD, None)
    check_arrays({names.LABELS: ARRAYS[names.LABELS]}, replace(RECORD, grid_shape=None), DATA)


@pytest.mark.parametrize("n_measured", [13, 14])
def test_the_arrays_of_a_fold_are_accepted(n_measured: int) -> None:
    folded = replace(RECORD, cell=replace(CELL, folds=3), grid_shape=None)
    check_arrays({names.LABELS: np.zeros(n_measured, np.int64)}, folded, DATA)
    with pytest.raises(ValueError, match="labels of 15 samples"):
        check_arrays({names.LABELS: np.zeros(15, np.int64)}, folded, DATA)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("name", "array"),
    [
        (names.LABELS, np.zeros(40)),
        (names.LABELS, np.zeros((40, 1), np.int64)),
        (names.LABELS, np.full(40, 40)),
        (names.LABELS, np.full(40, -2)),
        (names.LABELS, np.zeros(0, np.int64)),
        (names.LABELS, np.zeros(40, ">i8")),
        (names.LABELS, np.zeros(40, np.uint64)),
        (names.EMBEDDING, np.zeros((39, 3), np.float32)),
        (names.EMBEDDING, np.zeros((40, 3), np.complex64)),
        (names.EMBEDDING, np.full((40, 3), "x")),
        (names.PROTOTYPES, np.zeros((5, 4), np.float32)),
        (names.CLUSTER_CENTERS, np.full((2, 4), 1e300)),
        (names.SOFT_ASSIGNMENTS, np.full((40, 2), 0.6)),
        (names.SOFT_ASSIGNMENTS, np.tile([2.0, -1.0], (40, 1))),
        (names.POSTERIOR, np.full(40, 1.5)),
        (names.MARGIN, np.full(40, -2.0)),
        (names.MARGIN, np.zeros(39)),
        (names.TRACE_LABELS, np.zeros((5, 39), np.int32)),
        (names.TRACE_LABELS, np.full((5, 40), 2**31 - 1, np.int32)),
        (names.TRACE_SECONDS, np.zeros((5, 1))),
        (names.RECONSTRUCTIONS, np.zeros((31, 4), np.float32)),
        ("../../x", np.zeros(3)),
        *((name, None) for name in (names.LABELS, names.CLUSTER_CENTERS, names.PROTOTYPES)),
        *((name, None) for name in (names.TRACE_LABELS, names.TRACE_SECONDS)),
    ],
)
def test_an_array_that_does_not_fit_is_named(name: str, array: Any, known: bool) -> None:
    wrong = {key: value for key, value in ARRAYS.items() if key != name} | ({} if array is None else {name: array})
    with pytest.raises(ValueError, match=name):
        check_arrays(wrong, RECORD, DATA if known else None)


def test_arrays_of_data_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="40 samples, but the data have 41"):
        check_arrays(ARRAYS, RECORD, replace(DATA, n_samples=41))
    with pytest.raises(ValueError, match="prototypes"):
        check_arrays(ARRAYS, RECORD, replace(DATA, n_features=9, image_shape=(3, 3, 1)))
