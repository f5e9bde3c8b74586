"""How the lines of a table are written: the separator, the decimal sign, and whether the first line is a header."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

csv.field_size_limit(2**31 - 1)  # by default, the reader refuses cells of more than 131,072 characters, such as images
_LINES = 200
"""Lines that are looked at."""
_SEPARATORS = (",", ";", "\t", "|", " ")
_REGULAR = 0.9
"""Share of the lines that must have the same number of cells."""
MISSING = frozenset(
    [
        "",
        "NA",
        "N/A",
        "n/a",
        "na",
        "#N/A",
        "NaN",
        "nan",
        "-nan",
        "-NaN",
        "NULL",
        "null",
        "None",
        "none",
        "<NA>",
        "?",
        "#NA",
        "1.#QNAN",
        "-1.#IND",
        "1.#IND",
        "-1.#QNAN",
    ]
)
"""Cells without a value: those of pandas, small letters, and the sign of UCI and ARFF."""
_END = r"([eE][-+]?\d+)?|[-+]?(inf|infinity)"
_POINT = re.compile(r"[-+]?(([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d*)?|\.\d+)" + _END, re.IGNORECASE)
_COMMA = re.compile(r"[-+]?(([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d*)?|,\d+)" + _END, re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How one file is written."""

    separator: str
    """One character; a space means spaces and tabs, one or more."""
    has_header: bool
    decimal: str = "."
    """The sign before the decimals: a point or a comma. The other one may separate thousands."""


def declared_separator(text: str) -> tuple[str, str]:
    r"""The separator that a first line `sep=;` declares, as Excel writes it, and the other lines; empty without one.

    >>> declared_separator("sep=;\na;b\n"), declared_separator("a;b\n")
    ((';', 'a;b\n'), ('', 'a;b\n'))
    """
    line, _, others = text.partition("\n")
    match = re.fullmatch(r"\"?sep=([^\"]?)\"?\r?", line, re.IGNORECASE)
    return (match[1], others) if match else ("", text)


def dialect_of(text: str, preferred: str = ",", declared: str = "") -> Dialect:
    r"""The dialect of the lines of `text`.

    `preferred` is the separator if several fit equally; no other one than `declared` is tried.

    >>> dialect_of("a;b\n1,5;2,25\n")
    Dialect(separator=';', has_header=True, decimal=',')
    >>> dialect_of("5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n")
    Dialect(separator=',', has_header=False, decimal='.')
    """
    lines = first_lines(text)
    best, best_score = Dialect(declared or preferred, True, "."), (-1.0, 0, False)
    for separator in declared or _SEPARATORS:
        rows = split_lines(lines, separator)
        width, share = Counter(map(len, rows)).most_common(1)[0]
        if width < 2 or share < _REGULAR * (len(rows) - 1) or len(rows[0]) not in (width, width - 1):
            continue
        if separator == " " and len(rows[0]) < width and best_score[0] >= 0:
            continue  # the spaces are within cells, such as "5 cm"
        cells = [cell for row in rows[1:] or rows for cell in row if cell not in MISSING]
        decimal = _decimal(cells) if separator != "," else "."
        signs = "." if separator == "," else ".,"
        numeric = sum(any(is_number(cell, sign) for sign in signs) for cell in cells) / max(1, len(cells))
        score = (round(numeric, 2), width, separator == preferred)
        if score > best_score:
            best, best_score = Dialect(separator, True, decimal), score
    rows = split_lines(lines, best.separator)
    return Dialect(best.separator, _has_header(rows, best.decimal), best.decimal)


def split_lines(lines: Sequence[str], separator: str) -> list[list[str]]:
    """The cells of each record, without spaces around them; `lines` may end within a record."""
    if separator == " ":
        lines = [re.sub(r"[ \t]+", " ", line.strip()) for line in lines]
    records = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    return [[cell.strip() for cell in record] for record in records if record]


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell is written as a number.

    >>> is_number("-1.5e3"), is_number("1.234,5", ","), is_number("1,234.5"), is_number("1,5"), is_number("")
    (True, True, True, False, False)
    >>> is_number("0,123"), is_number("0,123", ",")
    (False, True)
    """
    return bool((_POINT if decimal == "." else _COMMA).fullmatch(cell))


def number_of(cell: str, decimal: str = ".") -> float:
    """The number that a cell, for which `is_number` holds, has.

    >>> number_of("1.234,5", ","), number_of("1,234.5")
    (1234.5, 1234.5)
    """
    thousands = "," if decimal == "." else "."
    return float(cell.replace(thousands, "").replace(decimal, "."))


def _decimal(cells: Sequence[str]) -> str:
    """The decimal sign of most cells that are numbers with only one of both signs; a comma if they are equally many.

    Without such a cell, commas are decimal, too: then every comma has three digits behind it.
    """
    is_comma, is_point = ([is_number(cell, sign) for cell in cells] for sign in ",.")
    only_comma = sum(comma and not point for comma, point in zip(is_comma, is_point, strict=True))
    only_point = sum(point and not comma for comma, point in zip(is_comma, is_point, strict=True))
    if only_comma == only_point == 0:
        return "," if any("," in cell for cell, comma in zip(cells, is_comma, strict=True) if comma) else "."
    return "," if only_comma >= only_point else "."


def first_lines(text: str) -> list[str]:
    """Lines at the beginning, without blank ones."""
    lines: list[str] = []
    start = 0
    while len(lines) < _LINES and start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            lines.append(text[start:end])
        start = end + 1
    return lines


def _has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the first line names the columns.

    It does if it has no number, if its numbers count the columns, or if a word in it stands above numbers.
    """
    first = rows[0]
    numbers = [cell for cell in first if is_number(cell, decimal)]
    counted = ([str(each + start) for each in range(len(numbers))] for start in (0, 1))
    if not numbers or len(first) < len(rows[-1]) or (len(numbers) > 2 and numbers in counted):
        return True
    for position, cell in enumerate(first):
        if cell in numbers or cell in MISSING:
            continue
        below = [row[position] for row in rows[1:] if position < len(row) and row[position] not in MISSING]
        if below and all(is_number(each, decimal) for each in below):
            return True
    return False
