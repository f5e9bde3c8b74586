"""The names of the rows of a table: the file names of its images, or the values of a column of ids."""

import os
from collections.abc import Sequence
from pathlib import Path

import datasets
import pyarrow as pa

from bench.datasets.columns import kind_of, normal_name

ID_NAMES = ("__key__", "file_name", "file_path", "image_path", "path", "image_id", "id", "key", "name", "uid", "uuid")
"""Usual names of a column of ids, the best first. Capital letters and separators do not matter."""


def row_names(table: datasets.Dataset, images: str | None, roots: Sequence[Path]) -> tuple[str, ...] | None:
    """A name for each row, or None: the paths in the column `images`, if there is one, else the first column of ids.

    The names must be there in all rows and differ. A file below one of `roots` has its path relative to it, and a file
    of an archive its path in the archive. The bytes of the images are not read.
    """
    names = {normal_name(name): name for name in reversed(table.column_names) if name != images}
    paths = None if images is None else _paths(table, images)
    if paths is not None and (found := _unique(paths)) is not None:
        return tuple(_relative(path, roots) for path in found)
    for each in ID_NAMES:
        name = names.get(normal_name(each))
        if name is None or kind_of(table.features.arrow_schema.field(name).type) not in ("words", "integers"):
            continue
        if (found := _unique(table.data.column(name))) is not None:
            return found
    return None


def _paths(table: datasets.Dataset, content: str) -> pa.ChunkedArray | None:
    kind = table.features.arrow_schema.field(content).type
    if pa.types.is_struct(kind) and kind.get_field_index("path") >= 0:
        chunks = [chunk.field("path") for chunk in table.data.column(content).chunks]
        return pa.chunked_array(chunks, kind.field("path").type)
    return table.data.column(content) if kind_of(kind) == "words" else None


def _unique(values: pa.ChunkedArray) -> tuple[str, ...] | None:
    if values.null_count or not len(values):
        return None
    names = tuple(str(value) for value in values.to_pylist())
    return names if all(names) and len(set(names)) == len(names) else None


def _relative(path: str, roots: Sequence[Path]) -> str:
    """The path in the data set.

    >>> _relative("zip://a/1.png::/data/set/x.zip", [Path("/data/set")])
    'x.zip/a/1.png'
    """
    member, hop, archive = path.partition("::")
    if hop and member.startswith("zip://"):
        return f"{_relative(archive, roots)}/{member.removeprefix('zip://')}"
    for root in roots:
        if path.startswith(f"{root}{os.sep}"):
            return path[len(str(root)) + 1 :].replace(os.sep, "/")
    return path
