"""Reads a table from a file of any of the formats."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from bench.datasets.file_formats import TEXT_TABLES, ending
from bench.datasets.table_arff import read_arff
from bench.datasets.table_csv import read_csv
from bench.datasets.table_frame import TableFrame, distinct_names
from bench.datasets.tables import check_parquet
from bench.errors import UsageError
from bench.store.reading import Reading


def read_table(path: Path, reading: Reading) -> TableFrame:
    """The table in the file. Raises UsageError, one line, if it cannot be read."""
    kind = ending(path.name)
    try:
        if kind in TEXT_TABLES:
            return read_csv(path, reading)
        if kind == ".arff":
            return read_arff(path, reading)
        if kind == ".parquet":
            check_parquet(path, path.name)
            table = pyarrow.parquet.read_table(path)
        else:
            table = pyarrow.feather.read_table(path)
        return table_of(table, path.name)
    except UsageError:
        raise
    except (OSError, pa.ArrowException, ValueError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"cannot read data set '{path.name}' ({reason})") from error


def table_of(table: pa.Table, source: str) -> TableFrame:
    """The table of a columnar file. Raises UsageError if it has no rows or no columns."""
    if not table.num_rows or not table.num_columns:
        raise UsageError(
            f"data set '{source}' has {table.num_rows:,} rows and {table.num_columns} columns; expected at least one"
        )
    names, notes = distinct_names(table.column_names, source)
    frame: pd.DataFrame = table.rename_columns(names).to_pandas(ignore_metadata=True)
    return TableFrame(source, frame, notes)
