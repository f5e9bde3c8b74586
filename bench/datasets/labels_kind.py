"""Refuses a file of labels that is not a CSV file, with the way to convert it."""

import contextlib
import json
from pathlib import Path

from bench.errors import UsageError
from bench.store.files import NotRegularError, open_regular

_EXPECTED = "expected a CSV file with a name and a label in each line, such as `1.png,cat`"
_MAGIC = {
    b"PAR1": ("Parquet", "parquet", ""),
    b"PK\x03\x04": ("Excel", "excel", ""),
    b"\xd0\xcf\x11\xe0": ("Excel", "excel", ""),
}
"""Kind, reader of pandas and its options, by the first four bytes of a file."""
_HEAD = 2**16
"""Bytes at the beginning of a file that are looked at."""


def check_kind(path: Path, problem: str) -> None:
    """Raise UsageError for a file of JSON, Parquet or Excel; `problem` names the data set and the file.

    A file that cannot be opened is left to its reader.
    """
    with contextlib.suppress(OSError, NotRegularError), open_regular(path) as file:
        kind = _kind(file.read(_HEAD))
        if kind is None:
            return
        name, reader, options = kind
        raise UsageError(
            f"{problem} is a file of {name}; {_EXPECTED}. In Python, this converts a file with one row for each "
            f"image: import pandas; pandas.read_{reader}('{path.name}'{options})[['NAME_COLUMN', 'LABEL_COLUMN']]"
            f".to_csv('{path.stem}.csv', index=False); a file with nested entries must be exported again as CSV"
        )


def _kind(head: bytes) -> tuple[str, str, str] | None:
    """Kind, reader of pandas and its options; None for a text that may be CSV.

    >>> _kind(b'[{"image": "1.png"}]'), _kind(b'{"image": "1.png"}\\n{"image": "2.png"}'), _kind(b"1.png,cat")
    (('JSON', 'json', ''), ('JSON', 'json', ', lines=True'), None)
    """
    if head[:4] in _MAGIC:
        return _MAGIC[head[:4]]
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if not text.startswith(("{", "[{", "[\n", "[\r", "[ ", "[[")):
        return None
    return "JSON", "json", ", lines=True" if _is_whole(text.partition("\n")[0]) and "\n" in text.strip() else ""


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
