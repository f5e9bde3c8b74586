"""The rows of a table of numbers, with their labels and names; rows with missing values are refused or left out."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.datasets.array_rows import array_reader, pixel_reader
from bench.datasets.given_checks import rows_as_images
from bench.datasets.missing_rows import without
from bench.datasets.missing_words import shown_cell, to_keep, word_classes
from bench.datasets.rows import Rows
from bench.datasets.table_column import Column
from bench.datasets.table_columns import Roles, listed, roles
from bench.datasets.table_frame import TableFrame
from bench.datasets.table_labels import labels_of
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import caveat


def table_rows(table: TableFrame, reading: Reading, *, revision: str, split: str, parts: dict[str, int]) -> Rows:
    """The rows of a table. A row is an array of numbers, (n_columns,), in the order of the columns, or an image.

    Raises UsageError if the table has columns that are neither numbers nor labels nor names of rows, and for values
    that are missing, infinite or not numbers, unless `reading.on_bad` is `skip`.
    """
    chosen = roles(table, reading.label_column, reading.columns)
    values = np.column_stack([_numbers(column) for column in chosen.features])
    found = None
    notes = [*table.notes, *chosen.notes]
    if chosen.label is not None:
        found = labels_of(chosen.label, table.classes.get(chosen.label.name), table.source)
        if found is None:
            hidden = caveat(f"all labels in '{chosen.label.name}' are −1, so they are not used")
            notes.append(hidden.about(table.source))
    labels, class_names = (None, None) if found is None else found
    if found is not None and chosen.label is not None and chosen.label.name not in table.classes:
        notes += [note.about(table.source) for note in word_classes(*found, f"'{chosen.label.name}'")]
    bad = ~np.isfinite(values)
    unlabelled = np.zeros(len(values), bool) if labels is None else labels < 0
    problem = _problem(bad, unlabelled, chosen, table)
    if problem and reading.on_bad != "skip":
        raise UsageError(f"{problem}: fill them, or leave these rows out with --on-bad skip")
    read = array_reader(values)
    if reading.image_shape is not None:
        values[bad] = 0  # the rows are left out below
        features = _images(values, reading.image_shape, table.source)
        read = pixel_reader(features)
        notes += [note.about(table.source) for note in features.notes]
    rows = Rows(
        kind="table",
        source=table.source,
        revision=revision,
        split=split,
        parts=parts,
        n_rows=len(values),
        labels=labels,
        class_names=class_names,
        read=read,
        names=table.row_names if chosen.row_names is None else tuple(map(_text, chosen.row_names.values.tolist())),
        columns=tuple(column.name for column in chosen.features),
        notes=notes,
    )
    return without(rows, bad.any(axis=1) | unlabelled, problem) if problem else rows


def _problem(bad: NDArray[np.bool_], unlabelled: NDArray[np.bool_], chosen: Roles, table: TableFrame) -> str:
    """What is missing, how often, and where first; empty if nothing is."""
    faults = []
    features, label = chosen.features, chosen.label
    if bad.any():
        columns = [column.name for column, is_bad in zip(features, np.any(bad, axis=0).tolist(), strict=True) if is_bad]
        row = int(np.flatnonzero(bad.any(axis=1))[0])
        column = features[int(np.flatnonzero(bad[row])[0])]
        value = column.values.iloc[row]
        shown = shown_cell(table.cell(row, column.name)) if pd.isna(value) else repr(str(value))[:40]
        count = f"{int(bad.sum()):,} values that are" if bad.sum() > 1 else "1 value that is"
        faults.append(
            f"{count} missing or not a number, in {int(bad.any(axis=1).sum()):,} of "
            f"{len(bad):,} rows, in {'the columns' if len(columns) > 1 else 'the column'} {listed(columns)} (first: "
            f"{shown} in {table.place(row)}, column '{column.name}')"
        )
    if unlabelled.any() and label is not None:
        row = int(np.flatnonzero(unlabelled)[0])
        word = table.cell(row, label.name)
        faults.append(
            f"{int(unlabelled.sum()):,} of {len(bad):,} rows without a true label (first: "
            f"{shown_cell(word)} in {table.place(row)}{to_keep(word)})"
        )
    return f"data set '{table.source}' has {' and '.join(faults)}" if faults else ""


def _images(values: NDArray[np.float64], shape: tuple[int, int, int], source: str) -> Any:
    try:
        return rows_as_images(values, shape)
    except UsageError as error:
        raise UsageError(f"data set '{source}': {error}") from error


def _numbers(column: Column) -> NDArray[np.float64]:
    if column.numbers is None:
        raise TypeError(f"column {column.name} is not numeric")
    return column.numbers


def _text(value: Any) -> str:
    """The name of a row; a whole number has no decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
