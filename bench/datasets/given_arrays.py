"""Arrays that a program gives instead of the name of a data set: checked, and written to the cache as a data set.

Processes that run cells map them from the cache, and a later command finds them there under their name.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.datasets import cache
from bench.datasets.array_files import DamagedError
from bench.datasets.cache_folder import private_folder
from bench.datasets.catalogue import ARRAYS
from bench.datasets.images import ImageData
from bench.datasets.stream import ImageStream, Metadata
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.datasets.given_checks import Features

SOURCE = "arrays of a Python program"
_BATCH_BYTES = 32 * 2**20


def given_arrays(data: Any, cache_dir: Path | None = None) -> ImageData:
    """The data set of `X` or `(X, y)`, mapped from the cache (default: see `private_folder`).

    X : (n_samples, n_features) is a table, which is not scaled. (n_samples, height, width) are grey images and
        (n_samples, height, width, 1 or 3) images with channels. Images have numbers in [0, 1], or are uint8 or uint16:
        then they are divided by 255 or 65,535, as those of files are, and `notes` says so.
    y : (n_samples,), labels of any type that can be hashed. They are for the metrics; no method gets them.

    A numpy array, a DataFrame, a Series and everything that numpy can convert is valid. Rows belong together by their
    position; names of columns have no meaning. The name of the data set is made from its content, so the same arrays
    have the same name in every program. Raises UsageError if the arrays are not valid, or if the cache cannot be
    written.

    >>> data = given_arrays((np.eye(4), ["a", "b", "b", "a"]))
    >>> data.features.shape, data.image_shape, data.labels.tolist(), data.class_names
    ((4, 4), None, [0, 1, 1, 0], ['a', 'b'])
    """
    from bench.datasets.given_checks import checked_features, checked_labels, split_pair  # loads pandas

    X, y = split_pair(data)
    features = checked_features(X)
    labels, class_names = (None, None) if y is None else checked_labels(y, X, len(features.values))
    shape = features.image_shape
    metadata = Metadata(
        source=SOURCE,
        revision="",
        split="all",
        parts={"all": len(features.values)},
        n_samples=len(features.values),
        image_shape=shape,
        n_columns=None if shape else features.values.shape[1],
        class_names=class_names,
        notes=list(features.notes),
        arrays_digest=_digest(features, labels),
    )
    metadata = msgspec.structs.replace(metadata, revision=metadata.arrays_digest[:12])
    key = _key(metadata)
    path = _path(key, cache_dir)
    try:
        data_set = cache.read(path, ARRAYS + key)
        notes: tuple[str, ...] = ()
    except DamagedError as damage:
        data_set, notes = None, (f"cache entry '{path}' was damaged ({damage}); it has been made again",)
    if data_set is None:
        cache.write(path, ImageStream(metadata, labels, _batches(features)))
        data_set = read_arrays(key, cache_dir)
    return replace(data_set, notes=notes + data_set.notes)


def read_arrays(key: str, cache_dir: Path | None = None) -> ImageData:
    """Arrays of an earlier call, by the key in their name. Raises UsageError if they are not in the cache any more."""
    path = _path(key, cache_dir)
    try:
        data = cache.read(path, ARRAYS + key)
    except DamagedError as damage:
        raise UsageError(
            f"cache entry '{path}' is damaged ({damage}); call bench.run with the same arrays, which writes it again"
        ) from damage
    if data is None:
        raise UsageError(
            f"data set '{ARRAYS}{key}' was given as arrays in Python, and is not in the cache '{path.parent}' of this "
            "machine: call bench.run with the same arrays here, which writes it again"
        )
    return data


def _path(key: str, cache_dir: Path | None) -> Path:
    return cache.entry_path(private_folder(cache_dir), "arrays", ["arrays", key])


def _key(metadata: Metadata) -> str:
    """Names the content and the names of its classes, which the digest of the arrays does not include."""
    content = msgspec.json.encode([metadata.arrays_digest, metadata.class_names, metadata.notes])
    return hashlib.sha256(content).hexdigest()[:16]


def _digest(features: "Features", labels: NDArray[np.int64] | None) -> str:
    """The digest that the cache computes when it writes the arrays."""
    sha = hashlib.sha256()
    for rows in _batches(features):
        sha.update(rows.tobytes())
    return cache.end_of_digest(sha, labels, features.image_shape)


def _batches(features: "Features") -> Iterator[NDArray[np.float32]]:
    """The rows as float32, a few at a time: a limit on memory."""
    values, scale = features.values, features.scale
    size = max(1, _BATCH_BYTES // (4 * prod(values.shape[1:])))
    for start in range(0, len(values), size):
        rows = values[start : start + size].astype("<f4").reshape(-1, prod(values.shape[1:]))
        yield np.ascontiguousarray(rows if scale == 1 else rows / np.float32(scale))
