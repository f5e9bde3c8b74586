"""Reads a small CSV file as texts: any usual separator, with line numbers, and nothing guessed from the values."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from bench.datasets.table_dialect import declared_separator
from bench.errors import UsageError
from bench.store.files import NotRegularError, open_regular

LARGEST = 2**30
"""Bytes of the largest file of labels: it is in memory as a whole."""

Line = tuple[int, list[str]]
"""The number of a line in the file, from 1, and its values without spaces around them."""


def read_lines(path: Path, name: str, source: str) -> list[Line]:
    """The lines of a CSV file that are not blank; all have as many values as the first one.

    The separator is the comma, semicolon, tab or bar that occurs most often in the first line; without one, it is the
    space. A first line such as `sep=;` declares it. Such a line and a byte order mark are not values. A line with fewer
    values is filled with empty ones. `name` is the path in messages. Raises UsageError if the file cannot be read, is
    not UTF-8 (or UTF-16 with a byte order mark), or has a line with more values than the first one.
    """
    text = read_text(path, name, source)
    separator, others = declared_separator(text)
    if others != text:
        text = "\n" + others  # the numbers of the lines stay
    separator = separator or _found_separator(text)
    lines: list[Line] = []
    for number, values in _parsed(text, separator, name, source):
        if not any(values):
            continue
        width = len(lines[0][1]) if lines else len(values)
        if len(values) > width and not any(values[width:]):
            values = values[:width]
        if len(values) > width:
            raise UsageError(
                f"data set '{source}': {name}, line {number} has {len(values)} values; expected {width}, as in the "
                "first line; put a value that contains the separator into quotes"
            )
        lines.append((number, values + [""] * (width - len(values))))
    return lines


def _found_separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t|", key=first.count)
    if not first.count(separator):
        separator = " " if first.strip().count(" ") else ","
    return separator


def read_text(path: Path, name: str, source: str) -> str:
    """The content of a file of text; see `read_lines`."""
    try:
        with open_regular(path) as file:
            content = file.read(LARGEST + 1)
    except (OSError, NotRegularError) as error:
        reason = getattr(error, "strerror", None) or "it is not a regular file"
        raise UsageError(f"data set '{source}': {name} cannot be read ({reason}); correct it") from error
    if len(content) > LARGEST:
        raise UsageError(f"data set '{source}': {name} has more than {LARGEST:,} bytes; split the data set")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(
            f"data set '{source}': {name} is not UTF-8 (byte {error.start:,}); save it as CSV in UTF-8"
        ) from error
    if "\0" in text:
        raise UsageError(f"data set '{source}': {name} has zero bytes; expected a CSV file in UTF-8; save it again")
    return text


def _parsed(text: str, separator: str, name: str, source: str) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise UsageError(
                f"data set '{source}': {name}, line {reader.line_num} cannot be read ({error}); correct its quotes"
            ) from error
        if values is None:
            return
        yield reader.line_num, [value.strip() for value in values]
