"""The rows of a table that `datasets` has prepared: its images, texts or numbers, its labels and its splits."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import datasets

from bench.datasets.boundary import Boundary, data_files
from bench.datasets.found_labels import find_labels
from bench.datasets.hub_tables import has_numbers, open_numbers
from bench.datasets.image_cells import ImageCells
from bench.datasets.image_columns import ImageColumn, find_image_column, no_image_column
from bench.datasets.missing_rows import without
from bench.datasets.row_names import row_names
from bench.datasets.rows import Rows
from bench.datasets.splits import available_split, left_out, part_sizes, rows_by_split, select
from bench.datasets.table_frame import TableFrame
from bench.datasets.text_cells import text_column
from bench.datasets.text_tables import text_rows
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark


def open_rows(
    builder: datasets.DatasetBuilder,
    boundary: Boundary,
    revision: str,
    split: str,
    reading: Reading,
    notes: list[Remark],
) -> Rows:
    """The rows of `split` of a prepared data set; `notes` are remarks about it. Raises UsageError, one line."""
    source = boundary.source
    notes = notes + left_out(builder, split, source)
    split = available_split(builder, split)
    table = select(builder, split, source)
    parts = part_sizes(builder, split)
    images = None if reading.text_column else find_image_column(table, reading.image_column, source)
    texts = None if images else text_column(table, reading.text_column, reading.label_column, source)
    if texts is not None:
        rows = text_rows(
            table,
            texts,
            reading,
            source=source,
            revision=revision,
            split=split,
            splits=rows_by_split(builder, split, parts),
            parts=parts,
        )
        return replace(rows, notes=notes + rows.notes)
    if images is None and reading.image_column is None and has_numbers(table):
        return open_numbers(table, reading, source=source, revision=revision, split=split, parts=parts, notes=notes)
    if images is None:
        raise UsageError(no_image_column(table, source))
    folders = [boundary.roots[0], *dict.fromkeys(Path(file).parent for file in data_files(builder))]
    return image_rows(
        table,
        images,
        boundary,
        reading,
        folders=[] if boundary.repository else folders,
        revision=revision,
        split=split,
        splits=rows_by_split(builder, split, parts),
        parts=parts,
        notes=notes,
    )


def image_rows(
    table: datasets.Dataset,
    images: ImageColumn,
    boundary: Boundary,
    reading: Reading,
    *,
    folders: Sequence[Path],
    revision: str,
    split: str,
    splits: dict[str, int],
    parts: dict[str, int],
    notes: list[Remark],
    file: TableFrame | None = None,
) -> Rows:
    """The rows of a table whose column `images` has the images.

    `folders` are the places to which paths of images are relative; `splits` has the number of rows of each split, in
    order, `parts` that of each part of `split`, and `file` is the file that has the rows. Raises UsageError if the
    labels cannot be read.
    """
    labels, label_notes = find_labels(table, [images.name], reading, splits, boundary.source, file)
    named = table.remove_columns(images.name) if images.kind == "base64" else table
    rows = Rows(
        kind="images",
        source=boundary.source,
        revision=revision,
        split=split,
        parts=parts,
        n_rows=len(table),
        labels=labels.codes,
        class_names=labels.class_names,
        read=ImageCells(table, images, boundary, folders, reading.resize).read,
        names=row_names(named, None if images.kind == "base64" else images.name, boundary.roots),
        notes=[*notes, *images.notes, *label_notes],
    )
    return rows if labels.codes is None or not labels.problem else without(rows, labels.codes < 0, labels.problem)
