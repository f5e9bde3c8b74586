"""Images of one size as rows of pixels, a few at a time, for the cache."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bench.datasets.pictures import is_grey, pixels
from bench.datasets.rows import Rows
from bench.datasets.stream import ImageStream, metadata_of
from bench.errors import UsageError

_BATCH_BYTES = 32 * 2**20  # decoded pixels of one batch


class ColourAfterGreyError(Exception):
    """The first image is grey and a later one is coloured: all images must be read again with three channels."""


def image_stream(rows: Rows, channels: int | None) -> ImageStream:
    """The pixels of `rows`. `channels` is the number of channels; None: as many as the first image has.

    Raises UsageError if an image cannot be read. The batches raise it, too, also for an image of another size; they
    raise ColourAfterGreyError for a coloured image if `channels` is None and the first image is grey.
    """
    first = next(rows.read([0]))()
    channels = channels or (1 if is_grey(first) else 3)
    shape = (first.height, first.width, channels)
    return ImageStream(metadata_of(rows, image_shape=shape), rows.labels, _batches(rows, shape), rows.names)


def _batches(rows: Rows, shape: tuple[int, int, int]) -> Iterator[npt.NDArray[np.float32]]:
    height, width, channels = shape
    n_features = height * width * channels
    size = max(1, min(1000, _BATCH_BYTES // (4 * n_features)))
    for start in range(0, len(rows), size):
        batch = range(start, min(start + size, len(rows)))
        values = np.empty((len(batch), n_features), dtype=np.float32)
        for value, opened in zip(values, rows.read(batch), strict=True):
            picture = opened()
            if picture.size != (width, height):
                raise UsageError(
                    f"data set '{rows.source}' has images of several sizes (height × width): "
                    f"{height} × {width} and {picture.height} × {picture.width}; expected one size"
                )
            if channels == 1 and not is_grey(picture):
                raise ColourAfterGreyError
            value[:] = pixels(picture, channels)
        yield values
