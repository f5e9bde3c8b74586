"""A data set while it is decoded into the cache: all of its labels, and its images batch by batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

DecodingCallback = Callable[[int, int], None]
"""Called with the number of images that are decoded and the number of all images."""


@dataclass(frozen=True)
class ImageStream:
    """The data that a reader passes to the cache. Only one batch of images is in memory at a time."""

    source: str
    revision: str
    split: str
    """The split expression."""
    parts: dict[str, int]
    """Number of rows of each part of the split expression; see `ImageData.parts`."""
    n_samples: int
    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    labels: npt.NDArray[np.int64] | None
    """(n_samples,)."""
    class_names: list[str] | None
    batches: Iterator[npt.NDArray[np.float32]]
    """Consecutive rows of the (n_samples, n_features) matrix, pixels in [0, 1]."""

    @property
    def n_features(self) -> int:
        """Number of pixels of an image, times the number of channels."""
        return prod(self.image_shape)
