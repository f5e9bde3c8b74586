"""The file sets.json of a table over all: the data sets, their results folders and the cells that are compared.

Each data set has a results folder of its own, with its records. The table over all only refers to them.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from bench.errors import UsageError
from bench.store.encoding import encode
from bench.store.files import atomic_write
from bench.store.records import SCHEMA_VERSION, Cell, DataSummary, Folds, Positive, Scalar
from bench.store.store import SETS_FILE, Store

T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table over all: the settings of a method as they were asked for, on every data set alike.

    None means the default, which may be another one on each data set, such as the number of its classes.
    """

    method: str
    preset: str | None = None
    latent_dim: Positive | None = None
    n_clusters: Positive | None = None
    params: dict[str, Scalar] = {}
    folds: Folds | None = None


class AskedCells(msgspec.Struct, frozen=True, kw_only=True):
    """The cells of one row on one data set: one for each seed."""

    asked: Asked
    cells: list[Cell]
    refused: str = ""
    """Why the method cannot run on this data set, in one line; empty if it can. Then there are no cells."""


class SetEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One data set of a table over all."""

    title: str
    """A short name, in the headings of tables. No two data sets have the same."""
    folder: str
    """Name of its results folder, beside that of the table over all."""
    data: DataSummary
    rows: list[AskedCells]


class SetsManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The content of sets.json."""

    schema_version: int = SCHEMA_VERSION
    name: str
    commands: list[str]
    created_at: str
    """UTC, ISO 8601."""
    sets: list[SetEntry]


def read_sets(store: Store) -> SetsManifest | None:
    """The data sets of a table over all; None without such a table, and as `Store.value` if the file is damaged."""
    return store.value(store.path(SETS_FILE), SetsManifest, "the command that made the table writes it again")


def write_sets(store: Store, manifest: SetsManifest) -> None:
    """Replace the file."""
    atomic_write(store.path(SETS_FILE), encode(manifest))


def merged_sets(old: SetsManifest | None, new: SetsManifest) -> SetsManifest:
    """The data sets and the cells of both. Raises UsageError if a data set of both has other data or another folder."""
    if old is None:
        return new
    return msgspec.structs.replace(
        old,
        commands=_union(old.commands, new.commands),
        sets=_merged(old.sets, new.sets, lambda entry: entry.title, _merged_entries),
    )


def _merged_entries(old: SetEntry, new: SetEntry) -> SetEntry:
    if (old.folder, old.data.digest) != (new.folder, new.data.digest):
        raise UsageError(
            f"the table over all has results on data set '{old.title}' ({old.data.split}, {old.data.digest[:12]}, "
            f"folder {old.folder}), but this run is on '{new.title}' ({new.data.split}, {new.data.digest[:12]}, folder "
            f"{new.folder}); choose another --name."
        )
    return msgspec.structs.replace(old, rows=_merged(old.rows, new.rows, _identity, _merged_rows))


def _identity(row: AskedCells) -> bytes:
    """The settings as JSON: in JSON, the values 1, 1.0 and true differ."""
    return msgspec.json.encode(row.asked, order="deterministic")


def _merged_rows(old: AskedCells, new: AskedCells) -> AskedCells:
    cells = _merged(old.cells, new.cells, lambda cell: cell.key, lambda a, b: a)
    return msgspec.structs.replace(new, cells=cells, refused="" if cells else new.refused)


def _merged(old: list[T], new: list[T], identity: Callable[[T], object], both: Callable[[T, T], T]) -> list[T]:
    """The elements of both lists in their order. `both` merges two elements of the same identity."""
    merged = list(old)
    for each in new:
        same = [number for number, other in enumerate(merged) if identity(other) == identity(each)]
        if same:
            merged[same[0]] = both(merged[same[0]], each)
        else:
            merged.append(each)
    return merged


def _union(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def is_over_all(store: Store) -> bool:
    """Whether the folder has a table over several data sets, and no results of its own."""
    return store.path(SETS_FILE).exists()
