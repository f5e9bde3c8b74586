"""Which row of a published cells.csv belongs to which cell of the manifest."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.report.csv_rows import Row, damaged
from bench.report.tables.frames import PARAM
from bench.store.records import Cell, Scalar

_KEY = "key"
_OF_CELL = ("method", "preset", "seed", "latent_dim", "n_clusters")
"""The fields of a cell, besides its options, that are columns of the same name."""


def option_columns(path: Path, cells: Sequence[Cell], rows: Sequence[Row]) -> dict[str, str]:
    """The column of each option that `--param` set, by the name of the option.

    Raises UsageError, one line, if there is none.
    """
    columns = rows[0].fields if rows else {}
    names = dict.fromkeys(name for cell in cells for name in cell.params)
    found = {name: f"{PARAM}{name}" if f"{PARAM}{name}" in columns else name for name in names}
    if rows and (missing := [name for name, column in found.items() if column not in columns]):
        raise damaged(path, f"there is no column {', '.join(map(repr, missing))}, an option in manifest.json")
    return found


def matched_rows(path: Path, cells: Sequence[Cell], rows: Sequence[Row], options: Mapping[str, str]) -> list[Row]:
    """The row of each cell, found by the fields of the cell; `options` as returned by `option_columns`.

    The column `key`, which older files lack, has all fields. Without it, cells that differ in no column have their rows
    in the order of the manifest. Raises UsageError, one line, if a row has no cell or a cell has no row.
    """
    has_key = bool(rows) and _KEY in rows[0].fields and _KEY not in options.values()
    columns = [*_OF_CELL, *options.values(), *([_KEY] if has_key else [])]
    waiting: dict[tuple[str, ...], list[int]] = {}
    for index, cell in enumerate(cells):
        fields = [*(getattr(cell, column) for column in _OF_CELL), *(cell.params.get(name) for name in options)]
        waiting.setdefault((*map(_text, fields), *([cell.key] if has_key else [])), []).append(index)
    of_cell: dict[int, Row] = {}
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        identity = tuple(row.fields[column] for column in columns)
        if not waiting.get(identity):
            raise row.error(_no_cell(dict(zip(columns, identity, strict=True)), first.get(identity)))
        of_cell[waiting[identity].pop(0)] = row
        first.setdefault(identity, row)
    if missing := [cell.key for index, cell in enumerate(cells) if index not in of_cell]:
        raise damaged(path, f"there is no row for the cell {missing[0]} of manifest.json")
    return [of_cell[index] for index in range(len(cells))]


def _no_cell(fields: Mapping[str, str], first: Row | None) -> str:
    """Why a row has no cell; `first` is an earlier row with the same fields."""
    if first is not None:
        return f"columns {', '.join(fields)}: they repeat row {first.position}"
    filled = ", ".join(f"{column} {text!r}" for column, text in fields.items() if text)
    return f"columns {', '.join(fields)}: no cell of manifest.json has {filled}"


def _text(value: Scalar) -> str:
    """A value as in a CSV file."""
    return "" if value is None else str(value)
