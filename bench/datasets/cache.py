"""The cache of decoded data sets: a data set is decoded once; after that it is mapped into memory.

An entry of the cache is a folder with `features.npy`, `labels.npy` (if the data set has labels), `rows.json` (if its
rows have names, are texts or are not all rows of the source), `preparation.safetensors` and `entry.json`, the metadata.
An entry is written under a temporary name and renamed when it is complete, so that an incomplete entry is never read.
The metadata carry their own digest, the digest of the arrays and the name of the entry. An entry that does not fit all
three is damaged: the data set is decoded again, and one line says so.

Everything in the cache can be deleted at any time. A data set is then decoded again; a data set of the Hub is
downloaded again at its newest revision, unless the name pins a revision (`owner/name@REVISION`). A process that is
killed while it decodes may leave a `.partial` or `scratch-` folder behind.
"""

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.datasets.array_files import DamagedError, array_header, map_array, open_own
from bench.datasets.cache_folder import not_writable
from bench.datasets.images import ImageData
from bench.datasets.preparation import Preparation
from bench.datasets.preparation_file import pack
from bench.datasets.rows import RowIdentity
from bench.datasets.stream import DecodingCallback, ImageStream, Metadata
from bench.errors import UsageError
from bench.store.disk import sync_content
from bench.store.encoding import decode, encode
from bench.store.records import SCHEMA_VERSION, RecordError

FORMAT_VERSION = 11
"""Part of every key. Raise it whenever the decoder gives other arrays or other metadata for the same files."""

_FEATURES, _LABELS, _ROWS, _METADATA = "features.npy", "labels.npy", "rows.json", "entry.json"
_PREPARATION = "preparation.safetensors"
_LARGEST_METADATA = 2**26  # bytes: a limit on memory


def entry_path(folder: Path, name: str, identity: Sequence[str]) -> Path:
    """The folder of the entry for the data set that `identity` identifies; `name` makes the path readable."""
    key = hashlib.sha256(msgspec.json.encode([FORMAT_VERSION, SCHEMA_VERSION, *identity])).hexdigest()
    return folder / f"{re.sub(r'[^A-Za-z0-9.]+', '_', name)[:60]}-{key[:20]}"


def read(path: Path, name: str, pinned: Metadata | None = None) -> ImageData | None:
    """The data set `name`, whose entry is at `path`, memory-mapped. None if there is no entry.

    Raises DamagedError if the entry is not what was written, or if its metadata differ from `pinned`. Raises
    UsageError if the entry cannot be read, for example without permission; it may be whole.
    """
    try:
        if not os.path.lexists(path):
            return None
        if path.is_symlink() or not path.is_dir():
            raise DamagedError("it is not a folder")
        return _read(path, name, pinned)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"cannot read the cache entry '{path}' ({reason}); nothing is deleted: correct its permissions or the "
            "disk, or set DEC_BENCH_CACHE to another folder"
        ) from error


def _read(path: Path, name: str, pinned: Metadata | None) -> ImageData:
    metadata = _read_metadata(path)
    if pinned is not None and msgspec.structs.replace(metadata, entry="", preparation_digest="") != pinned:
        raise DamagedError("it does not contain the bundled data set")
    sha = hashlib.sha256()
    features = map_array(path / _FEATURES, "<f4", metadata.shape, sha.update)
    labels, identity = None, _read_identity(path, metadata)
    if metadata.class_names is not None:
        labels = map_array(path / _LABELS, "<i8", (metadata.n_samples,), sha.update)
    if end_of_digest(sha, None, metadata.image_shape) != metadata.arrays_digest:
        raise DamagedError("its arrays have changed since they were written")
    return ImageData(
        name=name,
        source=metadata.source,
        revision=metadata.revision,
        split=metadata.split,
        features=features,
        labels=labels,
        image_shape=metadata.image_shape,
        class_names=metadata.class_names,
        digest=metadata.arrays_digest,
        parts=metadata.parts,
        notes=tuple(metadata.notes),
        how_read=tuple(metadata.how_read),
        skipped=tuple(metadata.skipped),
        feature_kind=metadata.feature_kind,
        row_names=identity.names,
        row_numbers=identity.numbers,
        row_texts=identity.texts,
        preparation=_checked_preparation(path, metadata),
    )


def _read_identity(path: Path, metadata: Metadata) -> RowIdentity:
    if not metadata.rows_digest:
        return RowIdentity()
    with open_own(path / _ROWS) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != metadata.rows_digest:
        raise DamagedError(f"{_ROWS} has changed since it was written")
    return msgspec.json.decode(content, type=RowIdentity)


def _checked_preparation(path: Path, metadata: Metadata) -> Path | None:
    if not metadata.preparation_digest:
        return None
    with open_own(path / _PREPARATION) as file:
        if hashlib.sha256(file.read()).hexdigest() != metadata.preparation_digest:
            raise DamagedError(f"{_PREPARATION} has changed since it was written")
    return path / _PREPARATION


def _read_metadata(path: Path) -> Metadata:
    with open_own(path / _METADATA) as file:
        if os.fstat(file.fileno()).st_size > _LARGEST_METADATA:
            raise DamagedError(f"{_METADATA} is larger than {_LARGEST_METADATA:,} bytes")
        content = file.read()
    try:
        metadata = decode(content, Metadata, _METADATA)
    except (RecordError, UsageError) as error:  # UsageError: another schema version under this key
        raise DamagedError(str(error).rstrip(".")) from error
    if metadata.entry != path.name:
        raise DamagedError(f"{_METADATA} is that of the entry {metadata.entry!r}")
    return metadata


def write(path: Path, stream: ImageStream, progress: DecodingCallback | None = None) -> None:
    """Write all images of `stream` as the entry at `path`. It replaces another entry, but not an equal one.

    An equal entry was written meanwhile by another process, which may be reading it. Raises UsageError if the folder
    cannot be written.
    """
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        partial.mkdir()
        digest = _write_arrays(partial, stream, progress)
        metadata = msgspec.structs.replace(
            stream.metadata,
            how_read=stream.metadata.how_read + stream.how_read(),
            arrays_digest=digest,
            rows_digest=_write_identity(partial, stream.identity),
            preparation_digest=_write_preparation(partial, stream.preparation, digest),
            entry=path.name,
        )
        (partial / _METADATA).write_bytes(encode(metadata))
        for file in partial.iterdir():
            with file.open("rb") as opened:
                sync_content(opened)  # the content is on the disk before the entry is renamed
        _rename_over(partial, path, metadata)
    except OSError as error:
        raise UsageError(not_writable(path.parent, error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_arrays(folder: Path, stream: ImageStream, progress: DecodingCallback | None) -> str:
    """Write features and labels, and return their digest."""
    # Plain writes: on a full disk they raise an error. A write to a memory map would kill the process instead.
    sha = hashlib.sha256()
    done = 0
    with (folder / _FEATURES).open("wb") as file:
        file.write(array_header("<f4", stream.metadata.shape))
        for batch in stream.batches:
            rows = np.ascontiguousarray(batch, dtype="<f4").tobytes()
            file.write(rows)
            sha.update(rows)
            done += len(batch)
            if progress is not None:
                progress(done, stream.metadata.n_samples)
    if stream.labels is not None:
        labels = np.asarray(stream.labels, dtype="<i8").tobytes()
        (folder / _LABELS).write_bytes(array_header("<i8", stream.labels.shape) + labels)
    return end_of_digest(sha, stream.labels, stream.metadata.image_shape)


def _write_identity(folder: Path, identity: RowIdentity) -> str:
    """Write the names, numbers and texts of the rows, and return the digest of the file; nothing and "" without any."""
    if identity == RowIdentity():
        return ""
    content = msgspec.json.encode(identity)
    (folder / _ROWS).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _write_preparation(folder: Path, preparation: Preparation | None, data_digest: str) -> str:
    """Write how new rows are prepared, and return the digest of the file; nothing and "" without a preparation."""
    if preparation is None:
        return ""
    content = pack(replace(preparation, data_digest=data_digest))
    (folder / _PREPARATION).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def end_of_digest(sha: Any, labels: NDArray[Any] | None, image_shape: tuple[int, int, int] | None) -> str:
    """The digest of a data set; `sha` has the features, and may have the labels already."""
    if labels is not None:
        sha.update(np.asarray(labels, dtype="<i8").tobytes())
    sha.update(repr(image_shape).encode())
    digest: str = sha.hexdigest()
    return digest


def _rename_over(partial: Path, path: Path, metadata: Metadata) -> None:
    """Rename `partial` to `path`, unless a whole entry with these metadata is there. Another entry is removed first."""
    for _ in range(10):  # another process may write its own entry between the two renames
        try:
            partial.rename(path)
            return
        except OSError:
            if not os.path.lexists(path):
                raise
        if _is_whole(path, metadata):
            return
        stale = path.with_name(f"{path.name}.{uuid.uuid4().hex}.stale")
        try:
            path.rename(stale)
        except FileNotFoundError:  # another process moved it
            continue
        if stale.is_dir() and not stale.is_symlink():  # the target of a link is not ours
            shutil.rmtree(stale, ignore_errors=True)
        else:
            stale.unlink()
    raise FileExistsError(f"other processes write '{path.name}' at the same time")


def _is_whole(path: Path, metadata: Metadata) -> bool:
    """Whether the entry has these metadata, and is what was written."""
    try:
        pinned = msgspec.structs.replace(metadata, entry="", preparation_digest="")
        return read(path, path.name, pinned) is not None
    except DamagedError:
        return False
