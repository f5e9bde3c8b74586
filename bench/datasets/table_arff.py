"""Reads a table from an ARFF file, the format of Weka and OpenML."""

import re
from pathlib import Path

from bench.datasets.table_csv import frame_of
from bench.datasets.table_dialect import MISSING, Dialect
from bench.datasets.table_frame import TableFrame
from bench.datasets.table_text import read_text
from bench.errors import UsageError
from bench.store.reading import Reading

_ATTRIBUTE = re.compile(
    r"""@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(\{.*\}|[a-z]+.*)""", re.IGNORECASE
)
_VALUE = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)""")


def read_arff(path: Path, reading: Reading) -> TableFrame:
    """The table in the file; nominal attributes declare their classes.

    Raises UsageError if the file is not ARFF, is sparse, or has relational attributes or weights of rows.
    """
    text, notes = read_text(path)
    source = path.name
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip().lower().startswith("@data")), None)
    if start is None:
        raise UsageError(f"data set '{source}' has no line '@data'; expected an ARFF file")
    names, classes = _attributes(lines[:start], source)
    data = [line for line in lines[start + 1 :] if line.strip() and not line.lstrip().startswith("%")]
    if not data:
        raise UsageError(f"data set '{source}' has no rows below '@data'; expected lines of values")
    if data[0].lstrip().startswith("{"):
        raise UsageError(
            f"data set '{source}' is a sparse ARFF file; expected lines with all values: in Weka, the filter "
            "SparseToNonSparse makes them"
        )
    if re.search(r",\s*\{[^{}]*\}\s*$", data[0]):
        raise UsageError(
            f"data set '{source}' has weights of rows, {data[0][data[0].rindex('{') :].strip()[:20]!r}, which are not "
            "used; expected a value for each attribute and nothing else: remove the weights"
        )
    quoted = [line.replace('"', '""') if '"' in line and "'" in line else line for line in data]
    body = "\n".join(re.sub(r"\\(.)", r"\1", _double_quoted(line)) if "'" in line else line for line in quoted)
    header = ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names)
    table = frame_of(f"{header}\n{body}\n", Dialect(",", True), source, reading, notes)
    frame = table.frame.copy()
    for name, declared in classes.items():
        if table.written is not None and MISSING.intersection(declared):
            words = table.written(name).str.strip()
            frame[name] = words.mask(words.isin(MISSING.difference(declared)))
    return TableFrame(source, frame, table.notes, classes, written=table.written)


def _attributes(lines: list[str], source: str) -> tuple[list[str], dict[str, list[str]]]:
    """The names of all attributes, and the values of the nominal ones."""
    names: list[str] = []
    classes: dict[str, list[str]] = {}
    for line in lines:
        if not line.strip().lower().startswith("@attribute"):
            continue
        match = _ATTRIBUTE.match(line.strip())
        if match is None or match[2].lower().startswith("relational"):
            raise UsageError(f"data set '{source}' has an attribute that is not read: {' '.join(line.split())[:80]!r}")
        name = _unquoted(match[1])
        names.append(name)
        if match[2].startswith("{"):
            inside = match[2][1 : match[2].rindex("}")]
            classes[name] = [_unquoted(each) for each in _VALUE.findall(inside) if each]
    if not names:
        raise UsageError(f"data set '{source}' has no line '@attribute'; expected an ARFF file")
    return names, classes


def _double_quoted(line: str) -> str:
    """A line whose values in single quotes are in double quotes, as in CSV files.

    >>> _double_quoted("1,'a, b',2")
    '1,"a, b",2'
    """
    return re.sub(r"(^|,)\s*'((?:[^'\\]|\\.)*)'\s*(?=,|$)", r'\1"\2"', line)


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
