"""A set on its way into the cache: its labels whole, its images a batch at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

Progress = Callable[[int, int], None]
"""Called with how many images are decoded and how many there are."""


@dataclass(frozen=True)
class ImageStream:
    """What a reader hands to the cache. Memory stays bounded by one batch."""

    source: str
    revision: str
    split: str
    """The expression that names its rows."""
    n_samples: int
    image_shape: tuple[int, int, int]
    labels: npt.NDArray[np.int64] | None
    class_names: list[str] | None
    batches: Iterator[npt.NDArray[np.float32]]
    """Consecutive rows of the (n_samples, n_features) matrix, pixels in [0, 1]."""

    @property
    def n_features(self) -> int:
        return prod(self.image_shape)
