"""The images in one column of a table."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import datasets
import pyarrow as pa

from bench.datasets.base64_images import decoded
from bench.datasets.boundary import Boundary
from bench.datasets.cells import Cell, cell_of
from bench.datasets.hub import reason
from bench.datasets.image_columns import ImageColumn, is_address
from bench.datasets.pictures import open_picture
from bench.datasets.pixel_arrays import Picture, picture_of
from bench.datasets.rows import Opener
from bench.errors import UsageError


class ImageCells:
    """The images of one column. Their paths are checked before they are opened; nothing is decoded by `datasets`."""

    def __init__(
        self,
        table: datasets.Dataset,
        images: ImageColumn,
        boundary: Boundary,
        folders: Sequence[Path],
        resize: int | None,
    ) -> None:
        """`folders` are the places to which relative paths of image files are relative, the first one first.

        `resize` is the side to which the images will be resized, or None.
        """
        column = images.name
        feature = table.features[column]
        self._mode = feature.mode if isinstance(feature, datasets.Image) else None
        self._table = table.select_columns([column]).with_format("arrow")
        self._column = column
        self._is_base64 = images.kind == "base64"
        self._resize = resize
        self._boundary = boundary
        self._folders = folders

    def read(self, rows: Sequence[int]) -> Iterator[Opener]:
        """The openers of these rows; a row without a valid image raises UsageError when it is opened."""
        for row, value in zip(rows, self._table[list(rows)][self._column], strict=True):
            yield partial(self._decode, value, row)

    def _decode(self, value: pa.Scalar, row: int) -> Picture:
        place = f"row {row:,}"
        try:
            cell = cell_of(value)
            if self._is_base64 and cell.path:
                cell = Cell(content=decoded(cell.path))
            if cell.path is not None:
                place += f" ({cell.path!r})"
            if cell.array is not None:
                return picture_of(cell.array)
            if cell.content is None and not cell.path:
                raise UsageError(f"no image in '{self._column}'; expected one in each row; remove the row")
            with self._open(cell) as file:
                return open_picture(file, self._mode, self._resize)
        except UsageError as error:
            prefix = "" if str(error).startswith("data set") else f"data set '{self._boundary.source}', {place}: "
            raise UsageError(f"{prefix}{error}") from error
        except Exception as error:  # a missing file, or an archive that is damaged
            raise UsageError(
                f"data set '{self._boundary.source}', {place}: an image that cannot be read ({reason(error)}); "
                "expected a file that can be opened; restore it, or remove the row"
            ) from error

    def _open(self, cell: Cell) -> BinaryIO:
        return BytesIO(cell.content) if cell.content is not None else self._boundary.open(self._path(str(cell.path)))

    def _path(self, path: str) -> str:
        """The absolute path of a file that a row names. Raises UsageError for an address."""
        if is_address(path):
            raise UsageError(
                f"data set '{self._boundary.source}': the images in '{self._column}' are addresses such as {path!r}, "
                "outside of the data set; they are not opened: download the images, and give their folder"
            )
        relative = Path(path.replace("\\", "/"))  # tables made on Windows have backslashes
        if Path(path).is_absolute() or "::" in path or ".." in relative.parts:
            return path
        for folder in self._folders:
            if os.path.lexists(folder / relative):
                return str(folder / relative)
        if self._boundary.repository:
            remedy = "download the whole data set with `hf download --repo-type dataset`, and give its folder"
        else:
            remedy = "expected a path relative to the folder of the data set: add the file, or correct the row"
        raise UsageError(
            f"data set '{self._boundary.source}' names the file {path!r}, which is not there or outside of the data "
            f"set; {remedy}"
        )
