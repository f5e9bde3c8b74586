"""One column of a table, and its values as numbers."""

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.datasets.table_dialect import MISSING, is_number, number_of
from bench.datasets.table_frame import TableFrame

_DATE = re.compile(
    r"(\d{1,2}([./-])\d{1,2}\2(\d{4}|\d{2})|\d{4}([./-])\d{1,2}\4\d{1,2})([T ,]+\d{1,2}[:.]\d{2}.*)?\.?$", re.ASCII
)
"""A date with three numbers, perhaps with a time."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column, and its values as numbers."""

    name: str
    kind: Literal["numbers", "words", "dates", "lists"]
    values: pd.Series
    numbers: NDArray[np.float64] | None = None
    """(n_rows,) NaN where the value is missing or is not a number; None unless `kind` is numbers."""
    odd: tuple[int, str] | None = None
    """The first row whose value is not a number, and the value."""
    other_decimal: str = ""
    """The sign before its decimals, if it is not that of the table."""

    def __len__(self) -> int:
        return len(self.values)

    @property
    def n_distinct(self) -> int:
        """Number of different values, without missing ones."""
        return int(self.values.nunique())

    @property
    def is_whole(self) -> bool:
        """Whether all numbers are integers."""
        if self.numbers is None:
            return False
        known = self.numbers[~np.isnan(self.numbers)]
        return bool(np.isfinite(known).all() and (known == np.rint(known)).all())

    @property
    def is_classes(self) -> bool:
        """Whether the values can be classes: words or whole numbers."""
        return self.kind == "words" or self.odd is not None or self.is_whole

    @property
    def is_unique(self) -> bool:
        """Whether the values differ and none is missing."""
        return bool(self.values.notna().all() and self.values.is_unique)


def column_of(table: TableFrame, name: str) -> Column:
    """The column of that name, as numbers if half of its values are numbers or more."""
    values = table.frame[name]
    types = pd.api.types
    if types.is_bool_dtype(values) or (types.is_numeric_dtype(values) and not types.is_complex_dtype(values)):
        return Column(name, "numbers", values, values.to_numpy(np.float64, na_value=np.nan))
    if types.is_datetime64_any_dtype(values) or types.is_timedelta64_dtype(values):
        return Column(name, "dates", values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    first = values.dropna().iloc[:1].tolist()
    if first and not isinstance(first[0], str | bytes | int | float | bool | np.generic):
        is_date = hasattr(first[0], "isoformat")
        is_sequence = isinstance(first[0], list | tuple | np.ndarray | dict)
        return Column(name, "dates" if is_date else "lists" if is_sequence else "words", values)
    column = _of_texts(table, name, values, table.decimal)
    if table.is_mixed and (column.kind == "words" or column.odd is not None):
        sign = "," if table.decimal == "." else "."
        other = _of_texts(table, name, values, sign)
        if other.kind == "numbers" and other.odd is None:
            return replace(other, other_decimal=sign)
    return column


def _of_texts(table: TableFrame, name: str, values: pd.Series, decimal: str) -> Column:
    """A column of texts: numbers with separators of thousands, numbers with faults among them, or words.

    Words such as NA and None mean a missing value, unless the column declares them as classes, or has only words and is
    not from a text file: other formats have a sign of their own for a missing value.
    """
    words = values.map(lambda value: str(value).strip(), na_action="ignore")
    texts = words.mask(words.isin(MISSING - set(table.classes.get(name, ())))).astype(object)
    distinct = {text: number_of(text, decimal) for text in texts.dropna().unique() if is_number(text, decimal)}
    numbers = texts.map(distinct).to_numpy(np.float64, na_value=np.nan)
    odd = np.flatnonzero(np.isnan(numbers) & texts.notna().to_numpy())
    n_known = int(texts.notna().sum())
    if not n_known or 2 * len(odd) > n_known:
        if n_known and table.written is None:
            texts = words.mask(words == "").astype(object)
        return Column(name, "dates" if _are_dates(texts) else "words", texts)
    return Column(name, "numbers", texts, numbers, (int(odd[0]), texts.iloc[odd[0]]) if len(odd) else None)


def _are_dates(texts: pd.Series) -> bool:
    """Whether most texts are dates, such as 24.12.2024, 12/24/24 or 2024-12-24 18:30."""
    known = texts.dropna()
    return bool(len(known)) and 2 * int(known.str.match(_DATE).sum()) > len(known)
