"""Data sets of one Parquet file a split, with columns of any type of Arrow."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading


def png(pixels: npt.NDArray[np.uint8] | int) -> bytes:
    """A PNG file with these pixels, or a grey one of 2 × 3 pixels of one value."""
    buffer = io.BytesIO()
    PIL.Image.fromarray(np.full((2, 3), pixels, np.uint8) if isinstance(pixels, int) else pixels).save(buffer, "PNG")
    return buffer.getvalue()


def parquet_set(folder: Path, **splits: dict[str, Any]) -> Path:
    """Write the columns of each split. Without a column `image`, grey PNG files with the values 0, 1, … are added."""
    folder.mkdir(exist_ok=True)
    for split, columns in splits.items():
        n_rows = len(next(iter(columns.values())))
        pixels = {} if "image" in columns else {"image": [png(value) for value in range(n_rows)]}
        pq.write_table(pa.table(pixels | columns), folder / f"{split}.parquet")
    return folder


def read_set(folder: Path, split: str = "train+test", **reading: Any) -> ImageData:
    """Load the folder with these options."""
    return load(str(folder), split, reading=Reading(**reading))


def refused(folder: Path, split: str = "train+test", **reading: Any) -> str:
    """The one line with which the folder is refused."""
    with pytest.raises(UsageError) as caught:
        read_set(folder, split, **reading)
    assert "\n" not in str(caught.value)
    return str(caught.value)
