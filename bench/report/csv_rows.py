"""A published CSV file row by row, with typed fields: damage is one line with the file, the row and the column."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from bench.errors import UsageError
from bench.store.files import read_file
from bench.store.records import Count, Number, Seconds

T = TypeVar("T")
_REMEDY = "get the published file again"
_GRID = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}x[0-9]{1,9}$")]


@dataclass(frozen=True)
class Row:
    """One row; a field that is empty, or whose column the file lacks, is None.

    Every method raises UsageError if the field is not of its type.
    """

    path: Path
    position: int
    """From 1, without the line of the column names."""
    fields: Mapping[str, str]

    def text(self, column: str) -> str | None:
        """Any text."""
        return self.fields.get(column) or None

    def count(self, column: str) -> int | None:
        """A whole number ≥ 0."""
        found: int | None = self._converted(column, Count, "a whole number of 0 or more")
        return found

    def number(self, column: str) -> float | None:
        """A finite number."""
        found: float | None = self._converted(column, Number, "a number")
        return found

    def seconds(self, column: str) -> float | None:
        """Seconds, ≥ 0."""
        found: float | None = self._converted(column, Seconds, "a number of seconds")
        return found

    def flag(self, column: str) -> bool | None:
        """True or False."""
        found: bool | None = self._converted(column, bool, "True or False")
        return found

    def grid(self, column: str) -> tuple[int, int] | None:
        """Rows and columns, such as 10x8."""
        if (text := self._converted(column, _GRID, "ROWSxCOLUMNS")) is None:
            return None
        rows, columns = map(int, text.split("x"))
        return rows, columns

    def json(self, column: str, kind: type[T]) -> T | None:
        """A value in JSON."""
        if (text := self.text(column)) is None:
            return None
        try:
            return msgspec.json.decode(text, type=kind)
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            raise self.wrong(column, "JSON as the report writes it") from None

    def known(self, column: str, value: T | None) -> T:
        """`value`, which must not be None."""
        if value is None:
            raise self.wrong(column, "a value, because the cell has finished")
        return value

    def wrong(self, column: str, expected: str) -> UsageError:
        """The error of a field."""
        found = self.fields.get(column, "")
        shown = repr(found if len(found) <= 60 else f"{found[:60]}…") if found else "nothing"
        return self.error(f"column {column}: expected {expected}, found {shown}")

    def error(self, problem: str) -> UsageError:
        """The error of the row."""
        return damaged(self.path, f"row {self.position}, {problem}")

    def _converted(self, column: str, kind: Any, expected: str) -> Any:
        if (text := self.text(column)) is None:
            return None
        try:
            return msgspec.convert(text, kind, strict=False)
        except msgspec.ValidationError:
            raise self.wrong(column, expected) from None


def damaged(path: Path, problem: str) -> UsageError:
    """The error of a published file."""
    return UsageError(f"{path} is damaged ({problem}); {_REMEDY}.")


def read_rows(path: Path, columns: Collection[str]) -> list[Row]:
    """The rows of a CSV file, which must have `columns`.

    Raises UsageError, one line, if it is not there, is not a table, or lacks a column.
    """
    try:
        text = read_file(path).decode()
        names, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; {_REMEDY}.") from None
    except (ValueError, csv.Error) as error:
        raise damaged(path, f"it is not a table in CSV: {error}") from None
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise damaged(path, f"several columns are called {', '.join(map(repr, twice))}")
    if missing := [name for name in columns if name not in names]:
        raise damaged(path, f"there is no column {', '.join(map(repr, missing))}")
    rows = []
    for number, line in enumerate(lines, 1):
        if len(line) != len(names):
            raise damaged(path, f"row {number} has {len(line)} fields; expected {len(names)}, one for each column")
        rows.append(Row(path, number, dict(zip(names, line, strict=True))))
    return rows
