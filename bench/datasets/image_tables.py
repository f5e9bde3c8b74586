"""A table in one file whose column has images: bytes, base64 or arrays."""

from pathlib import Path

import datasets
import pyarrow.feather
import pyarrow.parquet

from bench.datasets.boundary import Boundary
from bench.datasets.file_formats import ending
from bench.datasets.hub_tables import has_numbers
from bench.datasets.image_columns import find_image_column, is_address
from bench.datasets.quoted import shown
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
        raise UsageError(_no_images(path, prepared, images.name, table.source))
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
        file=table,
    )


def _no_images(path: Path, table: datasets.Dataset, column: str, source: str) -> str:
    """The message for a column of names of files or of addresses, with the way to the images."""
    first = next((text for text in table[column] if text), "")
    labels = path.name
    if ending(path.name) in (".parquet", ".feather"):
        labels = f"{path.stem}.csv"
    convert = "" if labels == path.name else f"; pandas.DataFrame.to_csv('{labels}', index=False) writes this file"
    remedy = f"--dataset FOLDER --labels {labels} takes the labels from this file{convert}"
    if is_address(first):
        return (
            f"data set '{source}': the column '{column}' has addresses of the network, such as {shown(first)}, which "
            f"are not opened; download the images into a folder, each with the file name of its address; then {remedy}"
        )
    return (
        f"data set '{source}': the column '{column}' has names of image files; expected the folder of the images: "
        f"{remedy}"
    )


def _prepared(path: Path, table: TableFrame) -> datasets.Dataset:
    kind = ending(path.name)
    if kind == ".parquet":
        return datasets.Dataset(pyarrow.parquet.read_table(path))
    if kind == ".feather":
        return datasets.Dataset(pyarrow.feather.read_table(path))
    return datasets.Dataset.from_pandas(table.frame, preserve_index=False)
