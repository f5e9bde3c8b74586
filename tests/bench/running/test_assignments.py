"""The files of assignments, of real fits."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from grids import cells_of, job_of
from observers import Log
from sklearn.datasets import load_digits

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.folds import fold_of
from bench.report.assignments import read_assignments
from bench.running.assignments import write_assignments
from bench.running.executors import InProcess
from bench.running.runner import Scheduler
from bench.running.strength import strength
from bench.store.locks import Locks
from bench.store.reading import Reading
from bench.store.records import Cell
from bench.store.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ImageData:
    digits = load("digits", cache_dir=tmp_path_factory.mktemp("cache"))
    names = ("NA", 'a "quoted", name', "two\nlines", "\r", *(f"digit/{n}.png" for n in range(4, 1797)))
    return replace(digits, row_names=names, parts={"train": 1000, "test": 797})


def fitted(data: ImageData, store: Store, *, folds: int | None = None) -> list[Cell]:
    cells = cells_of(data, "kmeans,som,pca-kmeans", "kmeans.n_init=1", "som.n_steps=500", seeds="1")
    cells = [Cell(method=c.method, seed=c.seed, n_clusters=10, params=c.params, folds=folds) for c in cells]
    job = job_of(data, store)
    with Locks() as locks, InProcess(job) as executor:
        Scheduler(job, Log(), locks).run(cells, executor)
    return cells


def test_each_fit_has_a_file_with_names_splits_clusters_and_strengths(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "demo")
    for cell in fitted(data, store):
        frame = read_assignments(store, cell)
        assert frame["row"].tolist() == list(range(1797))
        assert tuple(frame["name"]) == data.row_names
        assert frame["split"].tolist() == ["train"] * 1000 + ["test"] * 797
        assert frame["cluster"].tolist() == store.arrays(cell.key)["labels"].tolist()
        assert set(frame["strength_kind"]) == {"margin"}
        assert frame["strength"].between(0, 1).mean() > 0.99  # every one of them assigns to the nearest
        with store.assignments_path(cell.key).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == 1798


def test_rows_have_their_numbers_in_the_source(tmp_path: Path):
    """A student joins the clusters to the source by these numbers."""
    drawn = load("digits", cache_dir=tmp_path / "cache", reading=Reading(limit=60))
    store = Store(tmp_path, "demo")
    cell = fitted(drawn, store)[0]
    numbers = read_assignments(store, cell)["row"].tolist()
    assert numbers == sorted(numbers) != list(range(60))
    images, labels = load_digits(return_X_y=True)
    np.testing.assert_allclose(drawn.features, images[numbers] / 16, atol=1e-6)
    assert drawn.labels.tolist() == labels[numbers].tolist()


def test_rows_of_a_fold_are_the_held_out_rows_of_the_data(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "demo")
    for cell in fitted(data, store, folds=3):
        frame = read_assignments(store, cell)
        rows = np.arange(1797)[fold_of(cell, 1797).measured]
        assert frame["row"].tolist() == rows.tolist()
        assert frame["name"].tolist() == [data.row_names[row] for row in rows]


def test_a_missing_file_is_written_again_and_a_changed_one_is_refused(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "demo")
    cell, *_ = fitted(data, store)
    path = store.assignments_path(cell.key)
    before = path.read_bytes()
    path.unlink()
    with pytest.raises(UsageError, match=r"does not exist; python -m bench report demo --results-dir .* writes it"):
        read_assignments(store, cell)
    write_assignments([cell], data, store)
    assert path.read_bytes() == before
    path.write_bytes(before.replace(b'"test","', b'"test","1', 1))
    with pytest.raises(UsageError, match="does not have the clusters of the stored fit"):
        read_assignments(store, cell)


def test_another_fit_of_the_cell_has_another_file(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "demo")
    cell, *_ = fitted(data, store)
    record, arrays = store.finished(cell), store.arrays(cell.key)
    assert record is not None
    store.discard(cell)
    store.write(record, arrays | {"labels": (arrays["labels"] + 1) % 10})
    write_assignments([cell], data, store)
    assert read_assignments(store, cell)["cluster"].tolist() == ((arrays["labels"] + 1) % 10).tolist()


def test_without_stored_strengths_the_margin_is_the_same(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "demo")
    for cell in fitted(data, store):
        arrays, record = store.arrays(cell.key), store.finished(cell)
        assert record is not None
        old = {name: array for name, array in arrays.items() if name != "margin"}
        kind, values = strength(old, np.asarray(data.features), is_map=record.grid_shape is not None)
        assert kind == "margin"
        np.testing.assert_array_equal(values, arrays["margin"])


def test_q_is_used_only_if_its_largest_is_the_chosen_cluster():
    labels, shares = np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    arrays = {"labels": labels, "soft_assignments": shares, "margin": np.array([0.5, 0.25, 0.75])}
    kind, values = strength(arrays, np.zeros((3, 2), np.float32), is_map=False)
    assert (kind, values.tolist()) == ("q", [0.9, 0.8, 0.7])
    kind, values = strength(arrays | {"labels": 1 - labels}, np.zeros((3, 2), np.float32), is_map=False)
    assert (kind, values.tolist()) == ("margin", [0.5, 0.25, 0.75])
