"""Columns that tell the true labels or the place of a row: they are features only if the user names them."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.datasets.table_column import Column

_ID_NAMES = ("row", "row_id", "rowid", "unnamed: 0", "__index_level_0__")
_ID_WORDS = ("id", "ids", "idx", "index", "no", "nr", "number", "nummer", "uuid", "guid")
"""The last word of the name of a column that numbers the rows."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_FEWEST_ROWS = 5
"""In a shorter table, numbers rise by 1 by chance."""
_FEWEST_SHUFFLED = 20
"""In a shorter table, whole numbers are those of a range by chance."""
_FIRST_ROWS = 1000
"""Rows that are compared first: most columns of a wide table differ there already."""
_REGULAR = 0.9
"""Share of the steps of a counter that are 1: rows may have been removed."""


def repeats(column: Column, label: Column) -> bool:
    """Whether the column has the same classes as `label`, under other names: words, or one number for each class.

    Rows without a value in one of the two are not compared.
    """
    if column.kind not in ("words", "numbers"):
        return False
    pairs = pd.DataFrame({"column": _comparable(column), "label": _comparable(label)}).dropna()
    if not _is_one_to_one(pairs.head(_FIRST_ROWS)) or not _is_one_to_one(pairs):
        return False
    n_classes = pairs["label"].nunique()
    if n_classes < label.n_distinct or n_classes < column.n_distinct:
        return False
    return column.kind == "words" or 1 < n_classes <= len(pairs) / 2


def repeating(columns: Sequence[Column], labels: Sequence[Column]) -> list[tuple[Column, Column]]:
    """The columns that repeat one of the labels, each with the first one that it repeats."""
    found = []
    for column in columns:
        label = next((each for each in labels if repeats(column, each)), None)
        if label is not None:
            found.append((column, label))
    return found


def counts_rows(column: Column) -> bool:
    """Whether the column counts the rows: different whole numbers that rise, or fall, by 1 from row to row.

    Rows without a number are passed over.
    """
    return column.numbers is not None and count_rows(column.numbers[~np.isnan(column.numbers)])


def count_rows(numbers: NDArray[np.float64]) -> bool:
    """Whether these numbers, (n_rows,), are whole and rise, or fall, by 1 from row to row.

    >>> count_rows(np.arange(10.0)), count_rows(np.arange(10.0) / 2)
    (True, False)
    """
    if len(numbers) < _FEWEST_ROWS or not (numbers == np.rint(numbers)).all():
        return False
    steps = np.diff(numbers)
    rises = bool((steps > 0).all() or (steps < 0).all())
    return rises and float(np.mean(np.abs(steps) == 1)) >= _REGULAR


def shuffled_counters(columns: Sequence[Column]) -> list[Column]:
    """The columns that count the rows in another order. Rows without a number are passed over.

    None if such columns differ: then they are ranks, and several columns of ranks are measurements.
    """
    numbers = [(each, each.numbers) for each in columns if each.numbers is not None]
    found = [(each, values) for each, values in numbers if numbers_rows(values[~np.isnan(values)])]
    are_equal = all(np.array_equal(values, found[0][1], equal_nan=True) for _, values in found)
    return [each for each, _ in found] if are_equal else []


def numbers_rows(numbers: NDArray[np.float64]) -> bool:
    """Whether these numbers, (n_rows,), are the whole numbers of a range of this length, each once, in any order.

    >>> numbers_rows(np.roll(np.arange(1.0, 31.0), 7)), numbers_rows(np.arange(30.0) % 29)
    (True, False)
    """
    n_rows = len(numbers)
    if n_rows < _FEWEST_SHUFFLED or numbers.max() - numbers.min() != n_rows - 1:
        return False
    return bool((np.sort(numbers) == numbers.min() + np.arange(n_rows)).all())


def has_id_name(name: str) -> bool:
    """Whether the name is that of a column that names the rows.

    >>> [has_id_name(name) for name in ("PatientID", "sample_no", "id", "Unnamed: 0", "acid", "number of rooms")]
    [True, True, True, True, False, False]
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    return name.lower() in _ID_NAMES or (bool(words) and (words[-1] in _ID_WORDS or words[-1].endswith("nummer")))


def _is_one_to_one(pairs: pd.DataFrame) -> bool:
    n_pairs = len(pairs.drop_duplicates())
    return 0 < n_pairs == pairs["column"].nunique() == pairs["label"].nunique()


def _comparable(column: Column) -> pd.Series:
    """The values, so that equal ones are equal: numbers if all are."""
    is_numeric = column.numbers is not None and column.odd is None
    return pd.Series(column.numbers) if is_numeric else column.values.reset_index(drop=True)
