"""Arrays that a program gives instead of the name of a data set: checked, and written to the cache as a data set.

Processes that run cells map them from the cache, and a later command finds them there under their name.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from bench.datasets import cache
from bench.datasets.array_files import DamagedError
from bench.datasets.cache_folder import private_folder
from bench.datasets.catalogue import ARRAYS
from bench.datasets.class_sizes import with_class_sizes
from bench.datasets.images import ImageData
from bench.datasets.limit import limited
from bench.datasets.stream import ImageStream
from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading
from bench.store.remarks import Remark, event


def given_arrays(data: Any, cache_dir: Path | None = None, *, reading: Reading = READ_PLAIN) -> ImageData:
    """The data set of `X`, `(X, y)`, a DataFrame or a Bunch, mapped from the cache (default: see `private_folder`).

    X : (n_samples, n_features) is a table. (n_samples, height, width) are grey images and (n_samples, height, width, 1
        or 3) images with channels. Images have numbers in [0, 1], or are uint8 or uint16: then they are divided by 255
        or 65,535, as those of files are, and `notes` says so.
    y : (n_samples,), labels of any type that can be hashed. They are for the metrics; no method gets them.

    A numpy array, a DataFrame, a Series and everything that numpy can convert is valid. Rows belong together by their
    position. The columns of a table are scaled as `reading` says; by default, columns with names are standardised, as
    those of a file are, and an array without names stays as it is. A DataFrame alone is read as the same table in a
    file: one column may have the labels. Of a Bunch, `images` or else `data` is X, and `target` is y. The name of the
    data set is made from its content, so the same arrays have the same name in every program. Raises UsageError if the
    arrays are not valid, or if the cache cannot be written.

    >>> import numpy as np
    >>> data = given_arrays((np.eye(4), ["a", "b", "b", "a"]))
    >>> data.features.shape, data.image_shape, data.labels.tolist(), data.class_names
    ((4, 4), None, [0, 1, 1, 0], ['a', 'b'])
    """
    from bench.datasets.given_rows import given_rows  # loads pandas
    from bench.datasets.table_stream import table_stream

    rows = with_class_sizes(limited(given_rows(data, reading), reading), reading)
    digest, key = _named(table_stream(rows, reading))
    path = _path(key, cache_dir)
    try:
        data_set = cache.read(path, ARRAYS + key)
        notes: tuple[Remark, ...] = ()
    except DamagedError as damage:
        data_set, notes = None, (event(f"cache entry '{path}' was damaged ({damage}); it has been made again"),)
    if data_set is None:
        cache.write(path, table_stream(replace(rows, revision=digest[:12]), reading))
        data_set = read_arrays(key, cache_dir)
    return replace(data_set, notes=notes + data_set.notes, reading=reading)


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


def _named(stream: ImageStream) -> tuple[str, str]:
    """The digest of the arrays, as the cache computes it, and a key of the arrays and all that describes them."""
    sha = hashlib.sha256()
    for rows in stream.batches:
        sha.update(rows.astype("<f4", copy=False).tobytes())
    metadata = stream.metadata
    digest = cache.end_of_digest(sha, stream.labels, metadata.image_shape)
    content = [digest, metadata.class_names, metadata.notes, metadata.feature_kind, stream.identity.names]
    return digest, hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]
