"""Statistics of a data set: the range of its pixels, the balance of its classes, the number of duplicates."""

import hashlib
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from bench.datasets.images import ImageData

_ROWS = 4096  # images analysed at once: a limit on memory


@dataclass(frozen=True)
class DataAnalysis:
    """The result of `analyse`. The class counts, balance and entropy are None where the data set has no labels."""

    n_samples: int
    n_features: int
    image_shape: tuple[int, int, int] | None
    """Height, width, channels; None for a table."""
    dtype: str
    min: float
    max: float
    mean: float
    std: float
    """Standard deviation of all pixels of all images, with n as the divisor."""
    duplicates: int
    """Number of images that are equal to an earlier image."""
    class_counts: dict[str, int] | None
    """Number of samples of each class, in the order of the class names."""
    balance: float | None
    """Size of the smallest class divided by the size of the largest: 1 if all are equal, 0 if a class is empty."""
    entropy: float | None
    """Entropy of the class shares divided by its maximum, log(n_classes): 1 if balanced. None for a single class."""


def analyse(data: ImageData) -> DataAnalysis:
    """Compute the statistics of `data` in one pass over its images."""
    lowest, highest, total, squares = np.inf, -np.inf, 0.0, 0.0
    digests: set[bytes] = set()
    for start in range(0, len(data.features), _ROWS):
        rows = np.ascontiguousarray(data.features[start : start + _ROWS])
        wide = rows.astype(np.float64)
        lowest, highest = min(lowest, float(rows.min())), max(highest, float(rows.max()))
        total += float(wide.sum())
        squares += float(np.square(wide).sum())
        digests.update(hashlib.blake2b(row, digest_size=16).digest() for row in rows)
    mean = total / data.features.size
    counts = class_counts(data)
    return DataAnalysis(
        n_samples=data.features.shape[0],
        n_features=data.features.shape[1],
        image_shape=data.image_shape,
        dtype=str(data.features.dtype),
        min=lowest,
        max=highest,
        mean=mean,
        std=sqrt(max(squares / data.features.size - mean**2, 0.0)),
        duplicates=len(data.features) - len(digests),
        class_counts=counts,
        balance=None if counts is None else min(counts.values()) / max(counts.values()),
        entropy=None if counts is None else normalised_entropy(np.array(list(counts.values()))),
    )


def class_counts(data: ImageData) -> dict[str, int] | None:
    """Number of samples of each class, by class name. Empty classes are included. None without labels."""
    if data.labels is None or data.class_names is None:
        return None
    counts = np.bincount(data.labels, minlength=len(data.class_names))
    return dict(zip(data.class_names, counts.tolist(), strict=True))


def normalised_entropy(counts: npt.NDArray[np.int64]) -> float | None:
    """Entropy of class shares, divided by its maximum: −Σ s_i log s_i / log k, in [0, 1].

    `counts` has shape (k,), the number of samples of each class; s_i is the share of class i. An empty class adds 0.
    The result is None for a single class, whose maximum is 0.

    >>> normalised_entropy(np.array([5, 5]))
    1.0
    >>> normalised_entropy(np.array([10, 0]))
    0.0
    """
    if len(counts) < 2:
        return None
    shares = counts[counts > 0] / counts.sum()
    return float(abs(np.sum(shares * np.log(shares))) / np.log(len(counts)))
