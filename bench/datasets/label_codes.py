"""The true labels of a column as indices into class names: values that are missing or hidden are found here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.datasets.columns import is_list
from bench.datasets.missing_words import shown_cell, to_keep, word_classes
from bench.datasets.table_frame import TableFrame
from bench.errors import UsageError
from bench.store.remarks import Remark, caveat, fact

HIDDEN = -1
"""What data sets of the Hub contain in place of a label that is not public."""


class NoLabelsError(Exception):
    """The values of the column are not labels, such as numbers with fractions. The text says why."""


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of all rows; None and no names if all are missing or hidden."""

    codes: npt.NDArray[np.int64] | None
    """(n_rows,) indices into `class_names`; −1 for the rows of which `problem` says that they have no label."""
    class_names: list[str] | None
    notes: tuple[Remark, ...] = ()
    problem: str = ""
    """How many rows have no label, and the first one; empty if each row has one."""


@dataclass(frozen=True)
class Origin:
    """Where the values come from, for messages."""

    source: str
    column: str
    parts: dict[str, int]
    """Number of rows of each split that was read, in order."""
    file: TableFrame | None = None
    """The file that has the rows; None for other data sets."""
    is_csv: bool = False
    """Whether the library `datasets` read the rows from CSV files, where some words mean a missing value."""


def read_labels(
    values: pa.ChunkedArray, declared: Sequence[str] | None, origin: Origin, *, skips: bool = False
) -> Labels:
    """The labels in `values`, a column; `declared` are the names of its classes, if it is a ClassLabel column.

    Without declared classes, the distinct values, sorted, are the classes. Floats that are whole numbers count as
    integers, and a list of one value as this value. Missing are null, NaN and empty texts, and hidden labels: −1 in a
    ClassLabel column, or as `hides` says. With `skips`, rows without a label are marked. Raises NoLabelsError if the
    values cannot be labels, and UsageError, which names the split or the row, if only some rows have labels, or if a
    label is not one of the declared classes.
    """
    codes, distinct = _encoded(values)
    hidden_class = next((code for code, value in enumerate(distinct) if value == HIDDEN), None)
    notes: tuple[Remark, ...] = ()
    if hidden_class is not None:
        if declared is not None or hides(codes, distinct, origin.parts):
            codes = np.where(codes == hidden_class, -1, codes)
        elif 0 in distinct:
            notes = (fact(f"-1 in '{origin.column}' is a class of its own, because its split has other labels, too"),)
    if (codes < 0).all():
        what = f"are hidden ({HIDDEN})" if hidden_class is not None else "are missing"
        return Labels(None, None, (caveat(f"all labels in '{origin.column}' {what}: no labels are used"),))
    problem = ""
    if (codes < 0).any():
        _check_splits(codes < 0, hidden_class is not None, origin)
        problem = _incomplete(codes < 0, hidden_class is not None, origin)
        if not skips:
            raise UsageError(
                f"{problem}; expected a label for each row: fill them in, leave these rows out with --on-bad skip, or "
                "use no labels with --label-column none"
            )
    used = [distinct[code] for code in np.unique(codes[codes >= 0]).tolist()]
    if declared is not None:
        if beyond := [value for value in used if not 0 <= value < len(declared)]:
            raise UsageError(
                f"data set '{origin.source}' has the label {beyond[0]} in '{origin.column}'; expected "
                f"0 … {len(declared) - 1}, because it declares {len(declared)} classes"
            )
        position = {value: value for value in used}
        return Labels(_positions(distinct, position)[codes], list(declared), problem=problem)
    order = sorted(used)
    names = [str(value) for value in order]
    labels = _positions(distinct, {value: index for index, value in enumerate(order)})[codes]
    return Labels(labels, names, (*notes, *word_classes(labels, names, f"'{origin.column}'")), problem)


def _positions(distinct: Sequence[Any], position: dict[Any, int]) -> npt.NDArray[np.int64]:
    """The class of each distinct value, and −1 at the end, which a row without a value gets."""
    return np.array([*(position.get(value, -1) for value in distinct), -1], dtype=np.int64)


def hides(codes: npt.NDArray[np.int64], distinct: Sequence[Any], parts: dict[str, int]) -> bool:
    """Whether −1 in a column of numbers means that the label is hidden. If not, −1 is a class like the others.

    `codes` has the index into `distinct` of each row, −1 if the row has none; `parts` the sizes of the splits.

    - A split in which all labels are −1 hides its labels, as the test splits of many contests do.
    - A split with −1 and other labels does not hide a part of them: {−1, 1}, {−1, 5} and {−1, 0, 1} are two, two and
      three classes. An exception are numbers that count classes from 0 to 2 or more, such as {−1, 0, 1, 2}: −1 is the
      usual sign of an unlabelled row there, and is hidden.
    """
    hidden_code = list(distinct).index(HIDDEN)
    others = [value for value in distinct if value != HIDDEN]
    ends = np.cumsum(list(parts.values()))
    pieces = np.split(codes, ends[:-1]) if len(ends) and ends[-1] == len(codes) else [codes]
    mixed = any((piece == hidden_code).any() and ((piece != hidden_code) & (piece >= 0)).any() for piece in pieces)
    return not mixed or (min(others) == 0 and max(others) >= 2)


def _encoded(values: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """The index of each row into the distinct values, −1 for a missing value; and these values."""
    kind = values.type
    if is_list(kind):
        values = _only_elements(values)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_string_view(values.type):
        values = values.cast(pa.large_string())
    encoded = pa.chunked_array([values.combine_chunks()]).dictionary_encode().combine_chunks()
    distinct = [_plain(value) for value in encoded.dictionary.to_pylist()]
    codes = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    first = {value: code for code, value in reversed(list(enumerate(distinct))) if value is not None}
    same = np.array([-1 if value is None else first[value] for value in distinct] + [-1], dtype=np.int64)
    return same[codes], distinct


def _only_elements(values: pa.ChunkedArray) -> pa.ChunkedArray:
    cells = values.to_pylist()
    longest = max((len(cell) for cell in cells if cell is not None), default=0)
    if longest > 1:
        row = next(row for row, cell in enumerate(cells) if cell is not None and len(cell) == longest)
        raise NoLabelsError(f"row {row:,} has {longest:,} labels, and a method gives one cluster to each row")
    return pa.chunked_array([pa.array([cell[0] if cell else None for cell in cells], values.type.value_type)])


def _plain(value: Any) -> Any:
    """A distinct value; None if it means a missing label. Raises NoLabelsError for a number that is not whole."""
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str | bool | int):
        return value
    if value not in (float("inf"), float("-inf")) and value == int(value):
        return int(value)
    raise NoLabelsError(f"it has numbers that are not whole, such as {value:g}")


def _check_splits(missing: npt.NDArray[np.bool_], hidden: bool, origin: Origin) -> None:
    """Raise UsageError, which names them, if whole splits lack labels and all others have them."""
    ends = np.cumsum(list(origin.parts.values()))
    parts = dict(zip(origin.parts, np.split(missing, ends[:-1]), strict=True)) if len(ends) else {}
    what = f"hides its labels ({HIDDEN} in '{origin.column}')" if hidden else f"has no labels in '{origin.column}'"
    without = [name for name, rows in parts.items() if rows.all()]
    complete = [name for name, rows in parts.items() if not rows.any()]
    if without and complete and len(without) + len(complete) == len(parts):
        names = " and ".join(f"'{name}'" for name in without)
        n_rows = sum(len(parts[name]) for name in without)
        raise UsageError(
            f"data set '{origin.source}': split {names} {what}, {n_rows:,} rows; expected labels for all rows or for "
            f"no row: --split {'+'.join(complete)} reads the rows that have labels"
        )


def _incomplete(missing: npt.NDArray[np.bool_], hidden: bool, origin: Origin) -> str:
    """How many rows of the column have no label, and the first one."""
    row = int(np.flatnonzero(missing)[0])
    count = f"{int(missing.sum()):,} of its {len(missing):,} rows"
    verb = "has" if missing.sum() == 1 else "have"
    label = f"a hidden label ({HIDDEN})" if hidden else "no label"
    place, first, remedy = f"row {row:,}", "", ""
    if hidden:
        remedy = "; if -1 is a class, write the labels as words"
    elif origin.file is not None:
        word = origin.file.cell(row, origin.column)
        place, first, remedy = origin.file.place(row), f"{shown_cell(word)} in ", to_keep(word)
    elif origin.is_csv:
        remedy = "; in CSV files, words such as NA and None mean a missing value: write another word for a class"
    return f"data set '{origin.source}': {count} {verb} {label} in '{origin.column}' (first: {first}{place}{remedy})"
