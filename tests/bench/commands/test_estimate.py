"""The expected time of a dry run, from finished cells of the same kind."""

from pathlib import Path

from msgspec.structs import replace
from stored import ENVIRONMENT

from bench.commands.estimate import estimate
from bench.store.records import Attempt, Cell, DataSummary, Ending, Manifest
from bench.store.store import Store

DATA = DataSummary(
    name="digits",
    source="scikit-learn",
    revision="1",
    split="all",
    digest="d",
    n_samples=1797,
    n_features=64,
    image_shape=(8, 8, 1),
    class_names=["0", "1"],
)


def som(seed: int, **params: int) -> Cell:
    return Cell(method="som", seed=seed, n_clusters=10, params=params)


def kmeans(seed: int) -> Cell:
    return Cell(method="kmeans", seed=seed, n_clusters=10)


def made(
    folder: Path, name: str, seconds: list[tuple[Cell, float]], n_samples: int = 1797, ending: Ending = "ok"
) -> Store:
    """A results folder with an attempt at each cell."""
    store = Store(folder, name)
    store.write_manifest(
        Manifest(
            name=name,
            commands=[],
            created_at="",
            data=replace(DATA, n_samples=n_samples),
            environment=ENVIRONMENT,
            code_versions=[],
            cells=[cell for cell, _ in seconds],
        )
    )
    for cell, wall in seconds:
        attempt = Attempt(
            key=cell.key, cell=cell, ending=ending, started_at="", wall_seconds=wall, host="h", data_digest=DATA.digest
        )
        store.add_attempt(attempt)
    return store


def line(store: Store, cells: list[Cell], n_at_once: int = 1, n_finished: int = 0) -> str:
    return estimate(store, cells, cells[n_finished:], DATA, n_at_once)


def test_each_cell_is_expected_to_take_the_mean_of_the_finished_cells(tmp_path: Path):
    store = made(tmp_path, "own", [(som(0), 10.0), (som(1), 20.0)])
    cells = [som(seed) for seed in range(5)]
    assert line(store, cells, n_finished=2) == "3 of 5 cells to run; about 45 s, from 2 finished cells of som"


def test_cells_that_run_at_once_share_the_time_but_none_is_shorter_than_one_cell(tmp_path: Path):
    store = made(tmp_path, "own", [(som(0), 10.0)])
    assert "; about 20 s, 2 at once, from 1 finished cell of som" in line(store, [som(s) for s in range(1, 5)], 2)
    assert "; about 10 s, 3 at once, from" in line(store, [som(s) for s in range(1, 4)], 8)


def test_another_folder_on_data_of_the_same_size_is_asked_for_a_kind_that_is_not_here(tmp_path: Path):
    store = made(tmp_path, "own", [(kmeans(0), 1.0)])
    made(tmp_path, "other", [(som(0), 30.0), (kmeans(0), 9.0)])
    made(tmp_path, "larger", [(som(0), 900.0)], n_samples=70_000)
    cells = [som(0), kmeans(1)]
    sources = "from 1 finished cell of som in other, 1 finished cell of kmeans"
    assert line(store, cells) == f"2 of 2 cells to run; about 31 s, {sources}"


def test_a_kind_without_a_finished_cell_is_named(tmp_path: Path):
    made(tmp_path, "failed", [(som(0), 5.0)], ending="failed")
    made(tmp_path, "other-params", [(som(0, rows=4), 5.0)])
    made(tmp_path, "other", [(kmeans(0), 7.0)])
    store = Store(tmp_path, "own")
    assert line(store, [som(0), kmeans(0)]) == (
        "2 of 2 cells to run; about 7 s for 1 of them, from 1 finished cell of kmeans in other; "
        "no finished cell of som tells its time"
    )
    assert line(store, [som(0)]) == "1 of 1 cells to run; no finished cell of som tells its time"


def test_of_many_finished_cells_ten_are_read(tmp_path: Path):
    store = made(tmp_path, "own", [(som(seed), 2.0) for seed in range(30)])
    assert line(store, [som(99)]).endswith("about 2 s, from 10 finished cells of som")


def test_the_files_of_other_folders_are_not_read_without_need(tmp_path: Path):
    store = made(tmp_path, "own", [(som(0), 2.0)])
    broken = made(tmp_path, "other", [(som(0), 3.0)])
    (attempt,) = broken.path("attempts", som(0).key).glob("*.json")
    attempt.write_text("{")
    assert line(store, [som(1)]).endswith("from 1 finished cell of som")
    assert attempt.exists()
    assert line(store, [kmeans(0)]).endswith("no finished cell of kmeans tells its time")
    assert attempt.exists()


def test_a_folder_with_a_damaged_manifest_is_passed_over_and_not_changed(tmp_path: Path):
    manifest = made(tmp_path, "other", [(som(0), 3.0)]).path("manifest.json")
    manifest.write_text("{")
    assert "no finished cell of som" in line(Store(tmp_path, "own"), [som(0)])
    assert manifest.read_text() == "{"


def test_without_cells_to_run_there_is_no_time(tmp_path: Path):
    store = made(tmp_path, "own", [(som(0), 2.0)])
    assert line(store, [som(0)], n_finished=1) == "0 of 1 cells to run"
