"""The ledger of published experiments: by which code, where, how long, and whether to the end."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pandas as pd

from bench.report.digest_csv import read_digest_csv, write_digest_csv

LEDGER_FILE = "published.csv"
_NUMBERS = ("minutes", "is_finished")
_TEXTS = ("name", "command", "code_version", "processor", "device", "seeds")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One experiment that `publish` has begun or finished."""

    name: str
    command: str
    """Digest of the command with which it was made."""
    code_version: str
    """Digest of the source of `methods` with which it was made."""
    processor: str
    device: str
    """Device of its networks, such as `cpu`."""
    seeds: str
    """Number of seeds, such as `5` or `2–10`; a dash without seeds."""
    minutes: float
    """Wall minutes of all its calls."""
    is_finished: bool


def read_ledger(results_dir: Path, warn: Callable[[str], None], *, read_only: bool = False) -> dict[str, Entry]:
    """The entries by name; none without a file. `warn` gets one line about a damaged file.

    The damaged file is set aside, with `read_only` only ignored.
    """
    remedy = "its experiments run again"
    path = results_dir / LEDGER_FILE
    table = read_digest_csv(path, _NUMBERS, _TEXTS, warn, remedy, read_only=read_only)
    rows = [] if table is None else table.to_dict("records")
    return {row["name"]: msgspec.convert(row, Entry, strict=False) for row in rows}


def write_ledger(results_dir: Path, entries: dict[str, Entry]) -> None:
    """Replace the file; the entries stand in the order of their names."""
    rows = [msgspec.structs.asdict(entries[name]) for name in sorted(entries)]
    write_digest_csv(results_dir / LEDGER_FILE, pd.DataFrame(rows))
