"""Metadata files beside images: `metadata.csv`, `.jsonl` or `.parquet`, with a file name and more in each row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.datasets.boundary import Boundary
from bench.datasets.delimited import read_lines, read_text
from bench.datasets.image_names import is_metadata
from bench.datasets.listing import Listing, is_hidden
from bench.datasets.named_labels import choose_column, text_of
from bench.datasets.quoted import shown
from bench.datasets.tables import check_parquet
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat

_NAME = "file_name"


@dataclass(frozen=True)
class FileLabels:
    """The labels that the metadata files give."""

    labels: dict[str, str | None] = field(default_factory=dict)
    """The label of each image that a row names; None if its cell is empty."""
    places: dict[str, str] = field(default_factory=dict)
    """Where the row of an image is, for messages: `metadata.csv, line 3`."""
    without_row: list[str] = field(default_factory=list)
    """Images below a metadata file that gives labels, which no row names."""
    notes: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class _Table:
    path: str
    columns: dict[str, list[Any]]
    places: list[str]


def read_metadata(folder: Path, listing: Listing, images: Sequence[str], reading: Reading) -> FileLabels:
    """Read the labels of `images` from all metadata files of the folder.

    The file names of a metadata file are relative to its folder. An image belongs to the metadata file in the nearest
    folder above it. Raises UsageError, one line, if a file cannot be read, has no column `file_name`, names a file
    outside of the data set or no image at all, or gives two labels to one image.
    """
    found = FileLabels()
    by_folder: dict[str, str] = {}
    for name in filter(is_metadata, listing.names):
        parent = name.rpartition("/")[0]
        if parent in by_folder:
            raise UsageError(
                f"data set '{folder.name}': {by_folder[parent]!r} and {name!r} describe the same images; expected one "
                "metadata file in a folder; remove one of them"
            )
        by_folder[parent] = name
    owned: dict[str, list[str]] = {name: [] for name in by_folder.values()}
    for image in images:
        owner = _owner(image, by_folder)
        if owner is not None:
            owned[owner].append(image)
    known = set(images)
    for name, own in owned.items():
        _add(found, _read_table(folder, name), set(own), known, folder.name, reading)
    return found


def _owner(image: str, by_folder: dict[str, str]) -> str | None:
    parent = image
    while parent:
        parent = parent.rpartition("/")[0]
        if parent in by_folder:
            return by_folder[parent]
    return None


def _add(found: FileLabels, table: _Table, own: set[str], known: set[str], source: str, reading: Reading) -> None:
    """Add the labels of one metadata file; `own` are the images that belong to it, of all the images `known`."""
    names = _file_names(table, source)
    others = {name: values for name, values in table.columns.items() if name != _NAME}
    column, notes = choose_column(others, reading.label_column, source)
    labels = [None] * len(names) if column is None else [text_of(value) for value in table.columns[column]]
    if column is None or any(label is not None for label in labels):
        found.notes.extend(notes)
    missing = [(name, place) for name, place in zip(names, table.places, strict=True) if name not in known]
    if missing:
        if len(missing) == len(names):
            raise UsageError(
                f"data set '{source}': none of the {len(names):,} rows of {table.path} names an image of the data set, "
                f"first {shown(missing[0][0])} ({missing[0][1]}); expected paths relative to the folder of this file, "
                f"such as {shown(min(own, default='img/1.png'))}; correct the column '{_NAME}'"
            )
        verb = "name" if len(missing) > 1 else "names"
        unknown = (
            f"data set '{source}': {_rows(len(missing))} of {table.path} {verb} no image, first "
            f"{shown(missing[0][0])} ({missing[0][1]}); add the file, or remove the row"
        )
        found.notes.append(caveat(unknown))
    if column is None:
        return
    repeated = 0
    for name, label, place in zip(names, labels, table.places, strict=True):
        if name in found.labels and found.labels[name] != label:
            raise UsageError(
                f"data set '{source}': {name!r} has two labels, {shown(found.labels[name])} ({found.places[name]}) and "
                f"{shown(label)} ({place}); expected one row for each image; remove one of the two"
            )
        repeated += name in found.labels
        if name in known:
            found.labels[name], found.places[name] = label, f"{table.path}, {place}"
    if repeated:
        verb = "repeat an earlier row, and are" if repeated > 1 else "repeats an earlier row, and is"
        found.notes.append(caveat(f"data set '{source}': {_rows(repeated)} of {table.path} {verb} used once"))
    if labels and all(label is None for label in labels):
        empty = f"data set '{source}': all labels of {table.path} in the column '{column}' are empty, and none is used"
        found.notes.append(caveat(empty))
    found.without_row.extend(sorted(own - found.labels.keys()))


def _file_names(table: _Table, source: str) -> list[str]:
    """The paths of the images in the rows, relative to the folder of the data set."""
    if _NAME not in table.columns:
        similar = [name for name in table.columns if name.lower().replace("_", "") in _SIMILAR]
        hint = f"rename the column {similar[0]!r}" if similar else "add this column"
        raise UsageError(
            f"data set '{source}': {table.path} has no column '{_NAME}' with the paths of the images; it has "
            f"{', '.join(map(shown, table.columns)) or 'no columns'}; {hint}, or give a file of names and labels with "
            "`--labels FILE.csv`"
        )
    parent = table.path.rpartition("/")[0]
    return [
        _resolved(value, parent, source, f"{table.path}, {place}")
        for value, place in zip(table.columns[_NAME], table.places, strict=True)
    ]


_SIMILAR = ("filename", "file", "filepath", "path", "image", "imagename", "imagepath", "imagefile", "name", "id")


def _resolved(value: Any, parent: str, source: str, place: str) -> str:
    name = text_of(value)
    if not name:
        raise UsageError(
            f"data set '{source}': {place} has no file name; expected the path of an image in '{_NAME}'; add it, or "
            "remove the row"
        )
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if name.startswith(("/", "\\")) or ".." in parts or "://" in name or is_hidden("/".join(parts)):
        raise UsageError(Boundary(source, ()).outside(name))
    return "/".join([parent] * bool(parent) + parts)


def _read_table(folder: Path, name: str) -> _Table:
    source = folder.name
    if name.endswith(".csv"):
        lines = read_lines(folder / name, name, source)
        if not lines:
            raise UsageError(f"data set '{source}': {name} is empty; expected the column '{_NAME}'; fill or remove it")
        header = lines[0][1]
        if len(set(header)) < len(header):
            raise UsageError(f"data set '{source}': {name} has two columns of the same name; rename one of them")
        columns = {column: [values[at] for _, values in lines[1:]] for at, column in enumerate(header)}
        return _Table(name, columns, [f"line {number}" for number, _ in lines[1:]])
    if name.endswith(".jsonl"):
        return _read_json_lines(folder / name, name, source)
    try:
        import pyarrow.parquet as pq

        check_parquet(folder / name, source)
        columns = pq.read_table(folder / name).to_pydict()
    except UsageError:
        raise
    except Exception as error:  # pyarrow raises many kinds of exceptions for a damaged file
        raise UsageError(f"data set '{source}': {name} cannot be read ({_one_line(error)}); make it again") from error
    n_rows = len(next(iter(columns.values()), []))
    return _Table(name, columns, [f"row {row:,}" for row in range(n_rows)])


def _read_json_lines(path: Path, name: str, source: str) -> _Table:
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    for number, line in enumerate(read_text(path, name, source).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise UsageError(
                f"data set '{source}': {name}, line {number} is not a JSON object; expected for example "
                f'{{"{_NAME}": "1.png", "label": "cat"}} in each line; correct it'
            )
        rows.append(row)
        places.append(f"line {number}")
    columns = {key: [row.get(key) for row in rows] for key in dict.fromkeys(key for row in rows for key in row)}
    return _Table(name, columns, places)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _rows(count: int) -> str:
    return f"{count:,} rows" if count > 1 else "1 row"
