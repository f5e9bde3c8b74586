"""The rows of a table that `datasets` has prepared: its images, its labels and its splits."""

import datasets

from bench.datasets.boundary import Boundary
from bench.datasets.columns import image_column, label_column, read_labels
from bench.datasets.image_cells import ImageCells
from bench.datasets.rows import Rows
from bench.datasets.splits import available_split, part_sizes, select
from bench.store.reading import Reading


def open_rows(
    builder: datasets.DatasetBuilder,
    boundary: Boundary,
    revision: str,
    split: str,
    reading: Reading,
    notes: list[str],
) -> Rows:
    """The rows of `split` of a prepared data set; `notes` are lines for the user. Raises UsageError, one line."""
    source = boundary.source
    split = available_split(builder, split)
    table = select(builder, split, source)
    column = image_column(table.features, source)
    labels, class_names = read_labels(table, label_column(table.features), source)
    return Rows(
        kind="images",
        source=source,
        revision=revision,
        split=split,
        parts=part_sizes(builder, split),
        n_rows=len(table),
        labels=labels,
        class_names=class_names,
        read=ImageCells(table, column, boundary).read,
        notes=notes,
    )
