"""A table in one file whose column has images: bytes, base64 or arrays."""

from pathlib import Path

import datasets
import pyarrow.feather
import pyarrow.parquet

from bench.datasets.boundary import Boundary
from bench.datasets.file_formats import ending
from bench.datasets.hub_tables import has_numbers
from bench.datasets.image_columns import find_image_column
from bench.datasets.rows import Rows
from bench.datasets.table_frame import TableFrame
from bench.datasets.table_rows import image_rows
from bench.errors import UsageError
from bench.store.reading import Reading


def image_table(path: Path, table: TableFrame, reading: Reading, revision: str) -> Rows | None:
    """The rows of a table in one file, if it has a column of images; its columns may be declared as on the Hub.

    Raises UsageError if `reading.image_column` has no images, for several columns that may have them, and for names of
    files: which of them changed could not be told from this file.
    """
    prepared = _prepared(path, table)
    images = find_image_column(prepared, reading.image_column, table.source)
    if images is None or (images.kind == "paths" and reading.image_column is None and has_numbers(prepared)):
        return None
    if images.kind == "paths":
        raise UsageError(
            f"data set '{table.source}': the column '{images.name}' has names of image files; expected the folder of "
            f"the images: --dataset FOLDER --labels {path.name} takes the labels from this file"
        )
    n_rows = len(prepared)
    return image_rows(
        prepared,
        images,
        Boundary(table.source, ()),
        reading,
        folders=[],
        revision=revision,
        split="all",
        splits={"all": n_rows},
        parts={"all": n_rows},
        notes=list(table.notes),
    )


def _prepared(path: Path, table: TableFrame) -> datasets.Dataset:
    kind = ending(path.name)
    if kind == ".parquet":
        return datasets.Dataset(pyarrow.parquet.read_table(path))
    if kind == ".feather":
        return datasets.Dataset(pyarrow.feather.read_table(path))
    return datasets.Dataset.from_pandas(table.frame, preserve_index=False)
