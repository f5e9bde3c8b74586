"""What a set is like: the range of its pixels, the balance of its classes, its duplicates."""

import hashlib
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from bench.datasets.images import ImageData

_ROWS = 4096  # analysed at once, so that memory stays bounded


@dataclass(frozen=True)
class DataAnalysis:
    """The answer of `analyse`; the last four class figures are None where there are no labels."""

    n_samples: int
    n_features: int
    image_shape: tuple[int, int, int]
    dtype: str
    min: float
    max: float
    mean: float
    std: float
    """Of all pixels, as one population."""
    duplicates: int
    """Images that repeat an earlier one exactly."""
    class_counts: dict[str, int] | None
    """Samples of each class, in the order of the class names."""
    balance: float | None
    """Smallest class over largest: 1 is balanced, 0 has an empty class."""
    entropy: float | None
    """Of the class shares, over its maximum log(n_classes): 1 is balanced. None for a single class."""


def analyse(data: ImageData) -> DataAnalysis:
    """Look at all of `data` once, in pieces."""
    lowest, highest, total, squares = np.inf, -np.inf, 0.0, 0.0
    seen: set[bytes] = set()
    for start in range(0, len(data.features), _ROWS):
        rows = np.ascontiguousarray(data.features[start : start + _ROWS])
        wide = rows.astype(np.float64)
        lowest, highest = min(lowest, float(rows.min())), max(highest, float(rows.max()))
        total += float(wide.sum())
        squares += float(np.square(wide).sum())
        seen.update(hashlib.blake2b(row, digest_size=16).digest() for row in rows)
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
        duplicates=len(data.features) - len(seen),
        class_counts=counts,
        balance=None if counts is None else min(counts.values()) / max(counts.values()),
        entropy=None if counts is None else normalised_entropy(np.array(list(counts.values()))),
    )


def class_counts(data: ImageData) -> dict[str, int] | None:
    """Samples of each class by name, classes without a sample included."""
    if data.labels is None or data.class_names is None:
        return None
    counts = np.bincount(data.labels, minlength=len(data.class_names))
    return dict(zip(data.class_names, counts.tolist(), strict=True))


def normalised_entropy(counts: npt.NDArray[np.int64]) -> float | None:
    """-Σ s_i log s_i / log k for the shares s of k classes; an empty class adds nothing, a single one has no maximum.

    >>> normalised_entropy(np.array([5, 5]))
    1.0
    >>> normalised_entropy(np.array([10, 0]))
    0.0
    """
    if len(counts) < 2:
        return None
    shares = counts[counts > 0] / counts.sum()
    return float(abs(np.sum(shares * np.log(shares))) / np.log(len(counts)))
