"""Parquet files: the sizes that they declare are checked before they are read."""

from pathlib import Path

import pyarrow.parquet as pq

from bench.errors import UsageError

LARGEST_RATIO = 1000
"""Bytes of the decoded columns for each byte of the file, above 1 GiB. Files of images have about 1."""


def check_parquet(path: Path, source: str) -> None:
    """Raise UsageError if the Parquet file declares more rows than it has bytes, or an absurd size of its columns.

    Each row of images needs at least one byte. pyarrow raises many kinds of exceptions for a damaged file.
    """
    size = path.stat().st_size
    metadata = pq.read_metadata(path)
    decoded = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if metadata.num_rows > size or decoded > max(2**30, LARGEST_RATIO * size):
        raise UsageError(
            f"data set '{source}': '{path.name}' has {size:,} bytes and declares {metadata.num_rows:,} rows of "
            f"{decoded:,} bytes; expected at most one row for each byte and {LARGEST_RATIO:,} times its size; "
            "make the file again"
        )
