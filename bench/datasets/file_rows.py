"""Opens one file as a data set: a table, or arrays of numbers."""

import hashlib
from dataclasses import replace
from pathlib import Path

from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.datasets.file_formats import ARRAYS, ending
from bench.datasets.rows import Rows
from bench.errors import UsageError
from bench.store.reading import Reading


def state_of(path: Path) -> str:
    """A text that changes if the file changes: SHA-256 of its name, size and modification time (ns).

    Raises UsageError if the file cannot be read.
    """
    try:
        state = path.stat()
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"cannot read data set '{path}' ({error.strerror or error})") from error
    return hashlib.sha256(f"{path.name}\t{state.st_size}\t{state.st_mtime_ns}".encode()).hexdigest()


def open_file(path: Path, state: str, split: str, reading: Reading) -> Rows:
    """The rows of the file; `state` is its revision. Raises UsageError, one line, if it cannot be read as `reading`."""
    for name in ("config", "labels"):
        if getattr(reading, name) is not None:
            raise UsageError(f"data set '{path.name}' is one file; --{name} is for folders and the Hub, leave it out")
    if ending(path.name) in ARRAYS:
        return _open_arrays(path, state, split, reading)
    from bench.datasets.image_hints import may_have_images
    from bench.datasets.table_data import table_rows
    from bench.datasets.table_files import read_table
    from bench.datasets.text_column import has_texts

    if split not in (DEFAULT_SPLIT, "all"):
        raise UsageError(
            f"data set '{path.name}' is one table, which has no splits; expected 'all', got '{split}': --limit takes a "
            "part of the rows"
        )
    table = read_table(path, reading)
    if reading.text_column is None and (reading.image_column is not None or may_have_images(table.frame)):
        from bench.datasets.image_tables import image_table  # loads `datasets`

        if (rows := image_table(path, table, reading, state)) is not None:
            return rows
    if reading.text_column is not None or has_texts(table.frame):
        from bench.datasets.text_tables import text_table  # loads `datasets`

        if (rows := text_table(table, reading, state)) is not None:
            return rows
    return table_rows(table, reading, revision=state, split="all", parts={"all": len(table.frame)})


def _open_arrays(path: Path, state: str, split: str, reading: Reading) -> Rows:
    from bench.datasets.array_rows import array_rows
    from bench.datasets.number_files import read_numbers

    if reading.label_column is not None:
        raise UsageError(
            f"data set '{path.name}' has arrays without columns; --label-column is for tables, leave it out"
        )
    arrays = read_numbers(path, split)
    try:
        rows = array_rows(
            arrays.X, arrays.y, reading, source=path.name, revision=state, split=arrays.split, parts=arrays.parts
        )
    except UsageError as error:
        raise UsageError(f"data set '{path.name}': {error}") from error
    return replace(rows, notes=[*arrays.notes, *(note.about(path.name) for note in rows.notes)])
