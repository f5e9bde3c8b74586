"""The images in one column of a table."""

from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import datasets
from PIL.Image import Image

from bench.datasets.boundary import Boundary
from bench.datasets.hub import reason
from bench.datasets.pictures import open_picture
from bench.datasets.rows import Opener
from bench.errors import UsageError


class ImageCells:
    """The images of one column. `datasets` gives their bytes or paths; the paths are checked before they are opened."""

    def __init__(self, table: datasets.Dataset, column: str, boundary: Boundary) -> None:
        self._mode = table.features[column].mode
        self._table = table.select_columns([column]).cast_column(column, datasets.Image(decode=False))
        self._column = column
        self._boundary = boundary

    def read(self, rows: Sequence[int]) -> Iterator[Opener]:
        """The openers of these rows; a row without a valid image raises UsageError when it is opened."""
        for row, cell in zip(rows, self._table[list(rows)][self._column], strict=True):
            yield partial(self._decode, cell, row)

    def _decode(self, cell: dict[str, Any] | None, row: int) -> Image:
        source = self._boundary.source
        path, content = (cell["path"], cell["bytes"]) if cell else (None, None)
        if content is None and path is None:
            raise UsageError(
                f"data set '{source}' has rows without an image in '{self._column}'; expected one in each row"
            )
        name = f"row {row:,}" if path is None else f"row {row:,} ({path!r})"
        try:
            file = BytesIO(content) if content is not None else self._boundary.open(str(path))
        except UsageError:
            raise
        except Exception as error:  # an archive that is damaged raises many kinds, too
            raise UsageError(
                f"data set '{source}' has an image that cannot be read, {name}: {reason(error)}"
            ) from error
        try:
            with file:
                picture = open_picture(file)
            return picture.convert(self._mode) if self._mode and self._mode != picture.mode else picture
        except UsageError as error:
            raise UsageError(f"data set '{source}', {name}: {error}") from error
        except Exception as error:  # Pillow raises many kinds of exceptions for damaged files
            raise UsageError(
                f"data set '{source}' has an image that cannot be decoded, {name}: {reason(error)}"
            ) from error
