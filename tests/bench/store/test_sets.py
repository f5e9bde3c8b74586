"""The list of data sets of a table over all: damage, and commands that add to it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bench.errors import UsageError
from bench.store.records import Cell, DataSummary
from bench.store.sets import Asked, AskedCells, SetEntry, SetsManifest, is_over_all, merged_sets, read_sets, write_sets
from bench.store.store import Store, tables_over_all

DATA = DataSummary(
    name="digits",
    source="",
    revision="",
    split="all",
    digest="d" * 64,
    n_samples=10,
    n_features=4,
    image_shape=None,
    class_names=None,
)


def row(value: object, *seeds: int) -> AskedCells:
    params = {"value": value}
    cells = [Cell(method="m", seed=seed, n_clusters=2, params=params) for seed in seeds]  # type: ignore[arg-type]
    return AskedCells(asked=Asked(method="m", params=params), cells=cells)  # type: ignore[arg-type]


def manifest(*rows: AskedCells, title: str = "digits", command: str = "first") -> SetsManifest:
    entry = SetEntry(title=title, folder=title, data=DATA, rows=list(rows))
    return SetsManifest(name="all", commands=[command], created_at="2025-01-01T00:00:00Z", sets=[entry])


def test_a_table_is_found_and_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path, "all")
    assert (read_sets(store), is_over_all(store), tables_over_all(tmp_path)) == (None, False, [])
    write_sets(store, manifest(row(1, 0)))
    assert read_sets(store) == manifest(row(1, 0))
    assert (is_over_all(store), tables_over_all(tmp_path)) == (True, ["all"])
    assert "there: all." in Store(tmp_path, "other").unknown()


def test_a_damaged_list_is_set_aside_and_named(tmp_path: Path) -> None:
    store = Store(tmp_path, "all")
    write_sets(store, manifest(row(1, 0)))
    path = store.path("sets.json")
    path.write_bytes(path.read_bytes().replace(b"digits", b"dogits"))
    assert read_sets(store) is None
    assert not path.exists()
    assert path.with_name("sets.json.corrupt").exists()
    assert "the command that made the table writes it again" in store.warnings[0]


def test_a_second_command_adds_sets_rows_and_seeds() -> None:
    old = manifest(row(1, 0, 1))
    same = manifest(row(1, 1, 2), row(2, 0), command="second")
    other = manifest(row(1, 0), title="usps", command="third")
    merged = merged_sets(merged_sets(merged_sets(None, old), same), other)
    assert merged.commands == ["first", "second", "third"]
    assert [entry.title for entry in merged.sets] == ["digits", "usps"]
    assert [[cell.seed for cell in each.cells] for each in merged.sets[0].rows] == [[0, 1, 2], [0]]


def test_the_values_1_and_true_are_two_rows() -> None:
    merged = merged_sets(manifest(row(1, 0)), manifest(row(True, 0)))
    assert len(merged.sets[0].rows) == 2


def test_a_row_that_runs_now_is_no_longer_refused() -> None:
    refused = AskedCells(asked=row(1).asked, cells=[], refused="too small")
    assert merged_sets(manifest(refused), manifest(row(1, 0))).sets[0].rows == [row(1, 0)]
    assert merged_sets(manifest(row(1, 0)), manifest(refused)).sets[0].rows == [row(1, 0)]


def test_other_data_under_the_same_name_are_refused() -> None:
    new = manifest(row(1, 0))
    new = replace(new, sets=[replace(new.sets[0], data=replace(DATA, digest="e" * 64))])
    with pytest.raises(UsageError, match="choose another --name"):
        merged_sets(manifest(row(1, 0)), new)
