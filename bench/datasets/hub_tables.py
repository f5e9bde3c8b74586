"""A table in the layout of the Hub that has neither images nor texts: its columns are numbers."""

import datasets

from bench.datasets.columns import LABEL_NAMES, kind_of, normal_name
from bench.datasets.rows import Rows
from bench.datasets.table_data import table_rows
from bench.datasets.table_files import table_of
from bench.datasets.table_frame import TableFrame
from bench.store.reading import Reading
from bench.store.remarks import Remark


def has_numbers(table: datasets.Dataset) -> bool:
    """Whether a column has numbers that are not labels by their type or name."""
    labels = set(map(normal_name, LABEL_NAMES))
    schema = table.features.arrow_schema
    return any(
        kind_of(schema.field(name).type) in ("integers", "floats")
        for name, kind in table.features.items()
        if not isinstance(kind, datasets.ClassLabel) and normal_name(name) not in labels
    )


def open_numbers(
    table: datasets.Dataset,
    reading: Reading,
    *,
    source: str,
    revision: str,
    split: str,
    parts: dict[str, int],
    notes: list[Remark],
) -> Rows:
    """The rows of the table; see `table_rows`. A column that declares classes has their names."""
    read = table_of(table.with_format("arrow")[:], source)
    classes = {name: kind.names for name, kind in table.features.items() if isinstance(kind, datasets.ClassLabel)}
    frame = read.frame.copy()
    for name, names in classes.items():
        frame[name] = frame[name].map(dict(enumerate(names)))  # hidden labels, −1, have no name
    whole = TableFrame(source, frame, notes + read.notes, classes, tuple(classes))
    return table_rows(whole, reading, revision=revision, split=split, parts=parts)
