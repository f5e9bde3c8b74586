"""The labels of a table that `datasets` has prepared: which column has them, and what the user is told about it."""

from collections.abc import Collection

import datasets
import pyarrow as pa
import pyarrow.compute

from bench.datasets.columns import Kind, choice_note, kind_of, label_columns, listed, passed_over_note
from bench.datasets.label_codes import Labels, NoLabelsError, Origin, read_labels
from bench.datasets.table_frame import TableFrame
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat


def find_labels(
    table: datasets.Dataset,
    used: Collection[str],
    reading: Reading,
    parts: dict[str, int],
    source: str,
    file: TableFrame | None = None,
) -> tuple[Labels, list[Remark]]:
    """The labels of a table, and remarks about the choice. `used` are the columns with the content.

    `parts` has the number of rows of each split, in order, and `file` is the file that has the rows. With
    `reading.on_bad` skip, the labels of rows without one are marked. Raises UsageError if there is no column
    `reading.label_column`, if its values cannot be labels, or if only some rows have labels.
    """
    kinds = column_kinds(table, used)
    columns = label_columns(kinds, reading.label_column, source)
    notes: list[Remark] = []
    for number, name in enumerate(columns.candidates):
        try:
            declared = _class_names(table, name)
            origin = Origin(source, name, parts, file, is_csv=table.info.builder_name == "csv")
            labels = read_labels(_values(table, name), declared, origin, skips=reading.on_bad == "skip")
        except NoLabelsError as error:
            if columns.asked:
                raise UsageError(f"data set '{source}': --label-column {name}: {error}") from error
            notes.append(caveat(f"data set '{source}': the column '{name}' is not used as labels: {error}"))
            continue
        notes += [note.about(source) for note in labels.notes]
        if labels.codes is None and name != columns.candidates[-1]:
            continue
        is_of_folders = table.info.builder_name == "imagefolder" and declared is not None
        if not columns.asked and labels.codes is not None and not is_of_folders:
            others = columns.candidates[number + 1 :]
            more = f"{listed(others)} may have labels, too" if others else ""
            reason = "found by its name" if declared is None else "which declares classes"
            notes.append(choice_note(name, reason, more).about(source))
        return labels, notes
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
