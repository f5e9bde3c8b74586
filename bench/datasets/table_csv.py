"""Reads a table from lines of text: its separator, decimal sign and header are found, and said."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from bench.datasets.columns import LABEL_NAMES, normal_name
from bench.datasets.table_dialect import MISSING, Dialect, declared_separator, dialect_of, split_lines
from bench.datasets.table_frame import TableFrame, distinct_names
from bench.datasets.table_text import read_text
from bench.datasets.table_thousands import check_thousands
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat, fact

_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", " ": "spaces"}
_BLOCK = 2**20
"""Bytes that are parsed at once: small blocks stay in the cache of the processor."""
_LINES_PER_BLOCK = 16
"""A block has room for so many lines as long as the longest one."""


def read_csv(path: Path, reading: Reading) -> TableFrame:
    """The table in the file. Cells such as an empty one, NA, NaN, null and ? are missing values.

    Raises UsageError if the file is empty or is not a table, and for a line with another number of cells, unless
    `reading.on_bad` is `skip`.
    """
    text, notes = read_text(path)
    is_tabbed = path.name.lower().removesuffix(".gz").endswith(".tsv")
    declared, lines = declared_separator(text)
    dialect = dialect_of(lines, "\t" if is_tabbed else ",", declared)
    table = frame_of(lines, dialect, path.name, reading, notes + _said(dialect, path.name))
    if table.first_line is None or lines == text:
        return table
    return replace(table, first_line=table.first_line + 1)


def frame_of(text: str, dialect: Dialect, source: str, reading: Reading, notes: list[Remark]) -> TableFrame:
    """The table that `text` has in this dialect; see `read_csv`."""
    if dialect.separator == " ":
        text = "\n".join(re.sub(r"[ \t]+", "\t", line.strip()) for line in text.split("\n"))
    separator = dialect.separator if dialect.separator != " " else "\t"
    names = _names(text, separator, dialect.has_header)
    names, renamed = distinct_names(names, source)
    check_thousands(text, replace(dialect, separator=separator), names, source)
    bad: list[str] = []

    def written(name: str) -> pd.Series:
        again = _parsed(text, separator, names, dialect, _handler([], reading), name)
        return pd.Series([], dtype=object) if again is None else again[name]

    try:
        table = _parsed(text, separator, names, dialect, _handler(bad, reading))
    except pa.ArrowInvalid as error:
        if bad:
            comments = " remove the lines that begin with '#'," if text.lstrip().startswith("#") else ""
            raise UsageError(
                f"data set '{source}' has {bad[-1]}; expected {_cells(len(names))} in each line:{comments} correct it, "
                "quote cells that contain the separator, or leave such lines out with --on-bad skip"
            ) from error
        raise UsageError(f"data set '{source}' cannot be read as a table ({' '.join(str(error).split())})") from error
    if bad:
        notes = [*notes, caveat(f"data set '{source}': {_left_out(bad)}")]
    if table is None or not len(table):
        raise UsageError(f"data set '{source}' has a header and no rows; expected lines of values below it")
    _check_last_cell(table, text, source)
    _keep_zeros(table, written, reading)
    has_line_numbers = '"' not in text and "\n\n" not in text.strip("\n") and not bad
    return TableFrame(
        source=source,
        frame=table,
        notes=notes + renamed,
        first_line=(2 if dialect.has_header else 1) if has_line_numbers else None,
        decimal=dialect.decimal,
        is_mixed=separator != ",",
        written=written,
    )


def _names(text: str, separator: str, has_header: bool) -> list[str]:
    """The names of the columns; their numbers, from 0, without a header.

    A header with one name less than there are columns is that of R: the first column has the names of the rows.
    """
    first, *others = split_lines([line for line in text.split("\n", 400)[:400] if line.strip()][:2], separator)
    if not has_header:
        return [str(number) for number in range(len(first))]
    return ["", *first] if others and len(others[0]) == len(first) + 1 else first


def _parsed(
    text: str,
    separator: str,
    names: list[str],
    dialect: Dialect,
    on_other_width: Callable[[pa_csv.InvalidRow], str],
    as_written: str | None = None,
) -> pd.DataFrame | None:
    """The cells as numbers where all of a column are, else as texts; None without rows.

    `as_written` is the only column that is read, as texts in which nothing is missing.
    """
    if dialect.has_header:
        header, _, text = text.lstrip("\n").partition("\n")
        while header.count('"') % 2 and text:  # a line break in the quotes of a name
            more, _, text = text.partition("\n")
            header += more
    if not text.strip():
        return None
    if len(names) > 1 and "\n " in text and '"' not in text:
        text = re.sub(r"^ +$\n?", "", text, flags=re.MULTILINE)  # lines of spaces are blank, too
    block = max(_BLOCK, min(_LINES_PER_BLOCK * _longest_line(text), len(text) * 4))
    table = pa_csv.read_csv(
        io.BytesIO(text.encode("utf-8", errors="replace")),
        pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=block),
        pa_csv.ParseOptions(delimiter=separator, newlines_in_values='"' in text, invalid_row_handler=on_other_width),
        pa_csv.ConvertOptions(
            include_columns=None if as_written is None else [as_written],
            column_types=None if as_written is None else {as_written: pa.string()},
            null_values=sorted(MISSING),
            strings_can_be_null=as_written is None,
            decimal_point=dialect.decimal,
            true_values=["true", "True", "TRUE"],
            false_values=["false", "False", "FALSE"],
        ),
    )
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def _keep_zeros(table: pd.DataFrame, written: Callable[[str], pd.Series], reading: Reading) -> None:
    """Put the texts into a column of labels whose whole numbers begin with zeros, such as 007: they are codes."""
    labels = set(map(normal_name, LABEL_NAMES))
    for name in table.columns:
        is_label = name == reading.label_column or (reading.label_column is None and normal_name(name) in labels)
        if is_label and pd.api.types.is_integer_dtype(table[name].convert_dtypes()):
            texts = written(name).str.strip()
            if texts.str.fullmatch(r"0\d+").any():
                table[name] = texts.mask(texts.isin(MISSING))


def _longest_line(text: str) -> int:
    longest = start = 0
    while (end := text.find("\n", start)) >= 0:
        longest, start = max(longest, end - start), end + 1
    return max(longest, len(text) - start)


def _handler(bad: list[str], reading: Reading) -> Callable[[pa_csv.InvalidRow], str]:
    """What is done with a line that has another number of cells."""

    def handle(row: pa_csv.InvalidRow) -> str:
        text = " ".join(row.text.split())
        bad.append(f"{_cells(row.actual_columns)} instead of {row.expected_columns} in the line {text[:80]!r}")
        return "skip" if reading.on_bad == "skip" else "error"

    return handle


def _cells(count: int) -> str:
    return f"{count} cell" + ("s" if count != 1 else "")


def _check_last_cell(table: pd.DataFrame, text: str, source: str) -> None:
    """Raise UsageError if a quote that is never closed made one cell of the rest of the file."""
    last = table.iloc[-1, -1]
    if isinstance(last, str) and "\n" in last and not text.rstrip().endswith('"'):
        raise UsageError(
            f"data set '{source}' has a quote that is never closed, in the last cell of row {len(table) - 1:,}: "
            f'"{" ".join(last.split())[:40]} …; expected a second quote at the end of the cell: add it, or remove the '
            "first one"
        )


def _left_out(bad: list[str]) -> str:
    if len(bad) == 1:
        return f"1 line was left out: {bad[0]}"
    return f"{len(bad):,} lines were left out, the first one with {bad[0]}"


def _said(dialect: Dialect, source: str) -> list[Remark]:
    """At most one remark about everything that is not as in most files."""
    found = []
    if dialect.separator != ",":
        found.append(f"values are separated by {_WORDS.get(dialect.separator, repr(dialect.separator))}")
    if dialect.decimal == ",":
        found.append("numbers have a decimal comma")
    if not dialect.has_header:
        found.append("the first line is a row, because it has numbers, so the columns are called 0, 1, 2 …")
    return [fact(f"data set '{source}': {'; '.join(found)}")] if found else []
