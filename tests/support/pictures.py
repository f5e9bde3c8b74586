"""Small data sets of image files, and the one line with which a data set is refused."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import datasets
import PIL.Image
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading


def save_grey(path: Path, value: int = 100, size: tuple[int, int] = (3, 2)) -> Path:
    """Write a grey PNG file of one value, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.new("L", size, value).save(path, "PNG")
    return path


def class_folders(folder: Path, n_samples: int = 2) -> Path:
    """A data set of two classes, a and b, with `n_samples` PNG files each."""
    for kind, name in enumerate("ab"):
        for sample in range(n_samples):
            save_grey(folder / name / f"{sample}.png", 100 * kind + sample)
    return folder


def parquet_rows(folder: Path, *images: dict[str, Any] | str, kind: Any = None) -> Path:
    """A data set of one Parquet file with these cells as they are; `datasets` would read the files that they name."""
    folder.mkdir(exist_ok=True)
    schema = datasets.Features({"image": kind or datasets.Image()}).arrow_schema
    pq.write_table(
        pa.Table.from_pylist([{"image": image} for image in images], schema=schema), folder / "train.parquet"
    )
    return folder


def encoded(image: PIL.Image.Image, kind: str = "PNG", **options: Any) -> dict[str, Any]:
    """The cell of an image column with this image as a file of the format `kind`."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return {"bytes": buffer.getvalue(), "path": None}


def refusal(folder: Path | str, split: str = "train", reading: Reading = READ_PLAIN) -> str:
    """The message with which the data set is refused; it is one line."""
    with pytest.raises(UsageError) as caught:
        load(str(folder), split, reading=reading)
    message = str(caught.value)
    assert "\n" not in message
    return message


def bomb(height: int, width: int) -> bytes:
    """A PNG file that declares a grey image of this size; all of its pixels are 0. It has about 1 byte a kilobyte."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(width + 1)) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
