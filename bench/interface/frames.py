"""Tables as frames with numbers, the same from records and from published files."""

import io
from pathlib import Path

import pandas as pd

from bench.errors import UsageError
from bench.report.csv_files import csv_text
from bench.store.files import read_file


def frame_of(table: pd.DataFrame) -> pd.DataFrame:
    """The frame that a program reads from the CSV file of `table`: numbers have the type of numbers.

    >>> frame_of(pd.DataFrame({"seed": [0, 1], "error": ["", "NA"], "ari": [0.5, None]}, dtype=object)).dtypes.tolist()
    [dtype('int64'), <StringDtype(na_value=nan)>, dtype('float64')]
    """
    return _parsed(csv_text(table))


def published_frame(path: Path) -> pd.DataFrame:
    """The frame of a published CSV file. Raises UsageError if it is missing or damaged."""
    try:
        return _parsed(read_file(path).decode())
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; get the published file again, or run the experiment.") from None
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}); get the published file again.") from None


def _parsed(text: str) -> pd.DataFrame:
    """Only an empty field is missing: a label may be `NA`."""
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])
