"""CSV files that a later command reads. Their last column is a digest of all other cells, so that damage is found."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from bench.errors import UsageError
from bench.report.csv_files import csv_text, write_csv
from bench.store.damage import set_aside
from bench.store.files import read_file

DIGEST = "digest"


def write_digest_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write `table` without its index, with a last column `digest`, and return `path`."""
    return write_csv(path, table.assign(**{DIGEST: _digest(_rows(csv_text(table)))}))


def read_digest_csv(
    path: Path,
    numbers: Sequence[str],
    texts: Sequence[str],
    warn: Callable[[str], None],
    remedy: str,
    *,
    read_only: bool = False,
) -> pd.DataFrame | None:
    """The table in `path` without its digest; None if the file does not exist or is damaged.

    A damaged file is set aside, and `warn` gets one line that ends with `remedy`; with `read_only` the file stays. It
    does not have its digest, or lacks a column of `numbers` or of `texts`, or has other values in one of them. Numbers
    and truth values count as `numbers`; they may be absent.
    """
    try:
        text = read_file(path).decode()
        *cells, digests = zip(*_rows(text), strict=True)
        if set(digests[1:]) != {_digest(list(zip(*cells, strict=True)))} or digests[0] != DIGEST:
            raise ValueError("its content does not match its digest")
        as_text = dict.fromkeys(texts, str)
        table = pd.read_csv(io.StringIO(text), dtype=as_text, keep_default_na=False, na_values=[""])
        table = table.drop(columns=DIGEST)
        for name in (*numbers, *texts):
            if name not in table or pd.api.types.is_numeric_dtype(table[name]) != (name in numbers):
                raise ValueError(f"its column '{name}' is missing or has other values than expected")
        if table[list(texts)].isna().any(axis=None):
            raise ValueError("it lacks a text")
    except FileNotFoundError:
        return None
    except UsageError:  # a file that cannot be read is not damaged
        raise
    except (ValueError, csv.Error) as error:
        if read_only:
            warn(f"{path}: {error}; it is ignored, and {remedy}.")
        else:
            set_aside(warn, path, str(error), remedy)
        return None
    return table


def _rows(text: str) -> list[Sequence[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def _digest(rows: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()
