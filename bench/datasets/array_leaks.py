"""Columns of an array that tell the true labels or the place of a row: they stay features, and a caveat names them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.table_leaks import count_rows, numbers_rows
from bench.store.remarks import Remark, caveat

_FEWEST_ROWS = 20
"""In a shorter array, columns are like labels or numbers of rows by chance."""
_SAMPLE = 1000
"""Rows that are looked at first, evenly spread: almost all columns differ there already."""
_NAMED = 5
"""Columns that a remark names."""


def leak_notes(values: NDArray[Any], labels: NDArray[np.int64] | None, columns: Sequence[str] | None) -> list[Remark]:
    """At most one remark for each kind of such columns, with the way to leave them out.

    values : (n_samples, n_features), numbers. labels : (n_samples,), the true labels. columns : the names of the
    columns; None for an array without names.
    """
    if len(values) < _FEWEST_ROWS:
        return []
    rows = np.linspace(0, len(values) - 1, min(len(values), _SAMPLE)).astype(np.int64)
    sample = np.asarray(values[rows], np.float64)
    notes = []
    if found := [] if labels is None else _labels_again(values, labels, sample, labels[rows]):
        have = "have" if len(found) > 1 else "has"
        why = f"{have} one number for each class of y, so the features tell the true labels"
        notes.append(_note(found, why, columns))
    if found := _counters(values, sample):
        notes.append(_note(found, f"{'have' if len(found) > 1 else 'has'} the numbers of the rows", columns))
    return notes


def _labels_again(
    values: NDArray[Any], labels: NDArray[np.int64], sample: NDArray[np.float64], few: NDArray[np.int64]
) -> list[int]:
    """The columns with one number for each class, and another one for another class."""
    n_classes = len(np.unique(labels))
    if not 1 < n_classes <= len(labels) / 2:
        return []
    columns = np.arange(values.shape[1])
    _, first, of = np.unique(few, return_index=True, return_inverse=True)
    if 2 * len(first) <= len(few):
        columns = np.flatnonzero((sample == sample[first][of]).all(axis=0))
    _, first, of = np.unique(labels, return_index=True, return_inverse=True)
    found = []
    for column in columns.tolist():
        numbers = np.asarray(values[:, column])
        of_classes = numbers[first]
        if len(np.unique(of_classes)) == n_classes and bool((numbers == of_classes[of]).all()):
            found.append(column)
    return found


def _counters(values: NDArray[Any], sample: NDArray[np.float64]) -> list[int]:
    """The columns that count the rows, and those that do so in another order, unless they differ: ranks."""
    whole = np.flatnonzero((sample == np.rint(sample)).all(axis=0))
    ordered = np.sort(sample[:, whole], axis=0)
    different = whole[(np.diff(ordered, axis=0) > 0).all(axis=0)].tolist()
    numbers = {column: np.asarray(values[:, column], np.float64) for column in different}
    counting = [column for column in different if count_rows(numbers[column])]
    shuffled = [column for column in different if column not in counting and numbers_rows(numbers[column])]
    if any(not np.array_equal(numbers[column], numbers[shuffled[0]]) for column in shuffled):
        shuffled = []
    return sorted([*counting, *shuffled])


def _note(found: list[int], why: str, columns: Sequence[str] | None) -> Remark:
    """The remark about these columns, by name or else by number."""
    names = [f"'{columns[column]}'" if columns is not None else str(column) for column in found]
    shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    given = ", ".join(names) if len(names) <= _NAMED else "COLUMNS"
    remedy = f"numpy.delete(X, [{given}], axis=1)" if columns is None else f"X.drop(columns=[{given}])"
    is_one = len(found) == 1
    subject = f"the column {shown} of X, a feature," if is_one else f"the columns {shown} of X, which are features,"
    return caveat(f"{subject} {why}; to leave {'it' if is_one else 'them'} out, use {remedy}")
