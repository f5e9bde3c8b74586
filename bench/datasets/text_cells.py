"""The texts in one column of a table that `datasets` has prepared."""

from collections.abc import Iterator, Sequence
from functools import partial

import datasets

from bench.datasets.rows import Opener
from bench.datasets.text_column import SAMPLE, named_text_column, only_text_column
from bench.datasets.text_stream import check_text


def text_column(table: datasets.Dataset, named: str | None, labels: str | None, source: str) -> str | None:
    """The column of texts: `named`, or else the only one; None if there is none. `labels` is a column of labels.

    Raises UsageError if `named` is not a column of strings, or if several columns have texts.
    """
    kinds = {name: str(getattr(kind, "dtype", type(kind).__name__)) for name, kind in table.features.items()}
    if named is not None:
        return named_text_column(named, kinds, source)
    strings = [name for name, kind in kinds.items() if kind in ("string", "large_string") and name != labels]
    sample = table.select_columns(strings)[:SAMPLE] if strings else {}
    return only_text_column(sample, source)


class TextCells:
    """The texts of one column."""

    def __init__(self, table: datasets.Dataset, column: str, source: str) -> None:
        self._table = table.select_columns([column])
        self._column = column
        self._source = source

    def read(self, rows: Sequence[int]) -> Iterator[Opener]:
        """The openers of these rows; a row without a text raises UsageError when it is opened."""
        for row, cell in zip(rows, self._table[list(rows)][self._column], strict=True):
            yield partial(check_text, cell, self._source, f"row {row:,} of the column '{self._column}'")
