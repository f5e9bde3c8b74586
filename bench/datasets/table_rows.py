"""The rows of a table that `datasets` has prepared: its images, its labels and its splits."""

from collections.abc import Collection
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.compute

from bench.datasets.boundary import Boundary, data_files
from bench.datasets.columns import Kind, choice_note, kind_of, label_columns, listed, passed_over_note
from bench.datasets.hub_tables import has_numbers, open_numbers
from bench.datasets.image_cells import ImageCells
from bench.datasets.image_columns import find_image_column, no_image_column
from bench.datasets.label_codes import Labels, NoLabelsError, Origin, read_labels
from bench.datasets.row_names import row_names
from bench.datasets.rows import Rows
from bench.datasets.splits import available_split, left_out, part_sizes, rows_by_split, select
from bench.datasets.text_cells import TextCells, text_column
from bench.errors import UsageError
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
    notes = notes + left_out(builder, split, source)
    split = available_split(builder, split)
    table = select(builder, split, source)
    parts = part_sizes(builder, split)
    images = None if reading.text_column else find_image_column(table, reading.image_column, source)
    texts = None if images else text_column(table, reading.text_column, reading.label_column, source)
    if texts is not None:
        rows_of = rows_by_split(builder, split, parts)
        labels, label_notes = find_labels(table, [texts], reading, rows_of, source)
        others = [name for name in table.column_names if name != texts]
        if reading.text_column is None and len(others) > (labels.codes is not None):
            label_notes.append(
                f"data set '{source}': the texts of the column '{texts}' are used; its other columns, "
                f"{listed(others)}, are labels, names of rows, or not used"
            )
        return Rows(
            kind="texts",
            source=source,
            revision=revision,
            split=split,
            parts=parts,
            n_rows=len(table),
            labels=labels.codes,
            class_names=labels.class_names,
            read=TextCells(table, texts, source).read,
            names=row_names(table, None, boundary.roots),
            notes=notes + label_notes,
        )
    if images is None and reading.image_column is None and has_numbers(table):
        return open_numbers(table, reading, source=source, revision=revision, split=split, parts=parts, notes=notes)
    if images is None:
        raise UsageError(no_image_column(table, source))
    labels, label_notes = find_labels(table, [images.name], reading, rows_by_split(builder, split, parts), source)
    folders = [boundary.roots[0], *dict.fromkeys(Path(file).parent for file in data_files(builder))]
    return Rows(
        kind="images",
        source=source,
        revision=revision,
        split=split,
        parts=parts,
        n_rows=len(table),
        labels=labels.codes,
        class_names=labels.class_names,
        read=ImageCells(table, images.name, boundary, [] if boundary.repository else folders, reading.resize).read,
        names=row_names(table, images.name, boundary.roots),
        notes=[*notes, *images.notes, *label_notes],
    )


def find_labels(
    table: datasets.Dataset, used: Collection[str], reading: Reading, parts: dict[str, int], source: str
) -> tuple[Labels, list[str]]:
    """The labels of a table, and lines for the user about the choice. `used` are the columns with the content.

    `parts` has the number of rows of each split, in order. Raises UsageError if there is no column
    `reading.label_column`, if its values cannot be labels, or if only some rows have labels.
    """
    kinds = column_kinds(table, used)
    columns = label_columns(kinds, reading.label_column, source)
    notes = []
    for name in columns.candidates:
        try:
            declared = _class_names(table, name)
            labels = read_labels(_values(table, name), declared, Origin(source, name, parts))
        except NoLabelsError as error:
            if columns.asked:
                raise UsageError(f"data set '{source}': --label-column {name}: {error}") from error
            notes.append(f"data set '{source}': the column '{name}' is not used as labels: {error}")
            continue
        if labels.note:
            notes.append(f"data set '{source}': {labels.note}")
        if labels.codes is None and name != columns.candidates[-1]:
            continue
        return labels, notes + choice_note(name, columns.candidates, source)
    return Labels(None, None), notes + ([] if columns.asked else passed_over_note(kinds, source))


def column_kinds(table: datasets.Dataset, used: Collection[str]) -> dict[str, Kind]:
    """The kinds of the columns that are not `used`. The parts of a structure are columns, too, such as `json.label`."""
    kinds: dict[str, Kind] = {}
    schema = table.features.arrow_schema
    for name, feature in table.features.items():
        kind = schema.field(name).type
        if name in used:
            continue
        if isinstance(feature, datasets.ClassLabel):
            kinds[name] = "classes"
        elif isinstance(feature, dict) and pa.types.is_struct(kind):
            kinds.update({f"{name}.{field.name}": kind_of(field.type) for field in kind})
        else:
            kinds[name] = kind_of(kind)
    return kinds


def _class_names(table: datasets.Dataset, name: str) -> list[str] | None:
    feature = table.features.get(name)
    return list(feature.names) if isinstance(feature, datasets.ClassLabel) else None


def _values(table: datasets.Dataset, name: str) -> pa.ChunkedArray:
    column, _, field = (name, "", "") if name in table.column_names else name.partition(".")
    values = table.data.column(column)
    return pa.compute.struct_field(values, field) if field else values
