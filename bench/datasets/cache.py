"""The cache of decoded data sets: a data set is decoded once; after that it is mapped into memory.

An entry of the cache is a folder with `features.npy`, `labels.npy` (if the data set has labels) and `entry.json`, the
metadata. An entry is written under a temporary name and renamed when it is complete, so that an incomplete entry is
never read. An entry is decoded again if its arrays do not fit its metadata or do not have the recorded digest.

Everything in the cache can be deleted at any time. A data set is then decoded again; a data set of the Hub is
downloaded again at its newest revision, unless the name pins a revision (`owner/name@REVISION`). A process that is
killed while it decodes may leave a `.partial` or `scratch-` folder behind.
"""

import hashlib
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import platformdirs

from bench.datasets.images import ImageData
from bench.datasets.stream import DecodingCallback, ImageStream, Metadata
from bench.errors import UsageError

FORMAT_VERSION = 2
"""Part of every key. Raise it whenever the decoder gives other arrays or other metadata for the same files."""

_ROWS = 4096  # hashed at once: a limit on memory
_FEATURES, _LABELS, _METADATA = "features.npy", "labels.npy", "entry.json"


def root(cache_dir: Path | None) -> Path:
    """`cache_dir`, else the environment variable DEC_BENCH_CACHE, else the user's cache folder."""
    return cache_dir or Path(os.environ.get("DEC_BENCH_CACHE") or platformdirs.user_cache_dir("dec-bench"))


def entry_path(folder: Path, name: str, identity: Sequence[str]) -> Path:
    """The folder of the entry for the data set that `identity` identifies; `name` makes the path readable."""
    key = hashlib.sha256(msgspec.json.encode([FORMAT_VERSION, *identity])).hexdigest()
    return folder / f"{re.sub(r'[^A-Za-z0-9.]+', '_', name)[:60]}-{key[:20]}"


def read(path: Path, name: str) -> ImageData | None:
    """The data set `name`, whose entry is at `path`, memory-mapped. None if there is no entry, or if it is damaged."""
    try:
        metadata = msgspec.json.decode((path / _METADATA).read_bytes(), type=Metadata)
        features = np.load(path / _FEATURES, mmap_mode="r", allow_pickle=False)
        labels = np.load(path / _LABELS, mmap_mode="r", allow_pickle=False) if metadata.class_names else None
    except (OSError, ValueError, EOFError):  # msgspec raises ValueErrors; so does numpy for a truncated array
        return None
    if features.shape != metadata.shape or features.dtype != np.float32:
        return None
    if labels is not None and (labels.shape != (metadata.n_samples,) or labels.dtype != np.int64):
        return None
    if _digest(features, labels, metadata.image_shape) != metadata.digest:
        return None
    return ImageData(
        name=name,
        source=metadata.source,
        revision=metadata.revision,
        split=metadata.split,
        features=features,
        labels=labels,
        image_shape=metadata.image_shape,
        class_names=metadata.class_names,
        digest=metadata.digest,
        parts=metadata.parts,
    )


def _digest(
    features: npt.NDArray[np.float32], labels: npt.NDArray[np.int64] | None, image_shape: tuple[int, int, int]
) -> str:
    """SHA-256 of the arrays as they are on the disk now. It differs from the recorded digest if the disk lost data."""
    sha = hashlib.sha256()
    for start in range(0, len(features), _ROWS):
        sha.update(np.ascontiguousarray(features[start : start + _ROWS], dtype="<f4").data)
    if labels is not None:
        sha.update(np.ascontiguousarray(labels, dtype="<i8").data)
    sha.update(repr(image_shape).encode())
    return sha.hexdigest()


def write(path: Path, stream: ImageStream, progress: DecodingCallback | None = None) -> None:
    """Write all images of `stream` as the entry at `path`, which replaces an earlier entry.

    Raises UsageError if the folder cannot be written.
    """
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        partial.mkdir(parents=True)
        digest = _write_arrays(partial, stream, progress)
        metadata = msgspec.structs.replace(stream.metadata, digest=digest)
        (partial / _METADATA).write_bytes(msgspec.json.format(msgspec.json.encode(metadata), indent=1) + b"\n")
        for file in partial.iterdir():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())  # the content is on the disk before the entry is renamed
        _rename_over(partial, path)
    except OSError as error:
        raise UsageError(_not_writable(path.parent, error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`, for the files that `datasets` writes; it is deleted afterwards.

    Raises UsageError if `folder` cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(dir=folder, prefix="scratch-", ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(_not_writable(folder, error)) from error
    with temporary as name:
        yield Path(name)


def _not_writable(folder: Path, error: OSError) -> str:
    return (
        f"cannot write the cache '{folder}' ({error.strerror or error}); "
        "set DEC_BENCH_CACHE to a writable folder with enough free space"
    )


def _write_arrays(folder: Path, stream: ImageStream, progress: DecodingCallback | None) -> str:
    """Write features and labels, and return their digest."""
    # Plain writes: on a full disk they raise an error. A write to a memory map would kill the process instead.
    sha = hashlib.sha256()
    header = {"descr": "<f4", "fortran_order": False, "shape": stream.metadata.shape}
    done = 0
    with (folder / _FEATURES).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for batch in stream.batches:
            rows = np.ascontiguousarray(batch, dtype="<f4").tobytes()
            file.write(rows)
            sha.update(rows)
            done += len(batch)
            if progress is not None:
                progress(done, stream.metadata.n_samples)
    if stream.labels is not None:
        labels = np.asarray(stream.labels, dtype="<i8")
        np.save(folder / _LABELS, labels, allow_pickle=False)
        sha.update(labels.tobytes())
    sha.update(repr(stream.metadata.image_shape).encode())
    return sha.hexdigest()


def _rename_over(partial: Path, path: Path) -> None:
    """Rename `partial` to `path`. An entry that is there already, damaged or equal, is removed first."""
    for _ in range(10):  # another process may write its own entry between the two renames
        try:
            partial.rename(path)
            return
        except OSError:
            if not path.exists():
                raise
        stale = path.with_name(f"{path.name}.{uuid.uuid4().hex}.stale")
        try:
            path.rename(stale)
        except FileNotFoundError:  # another process moved it
            continue
        if stale.is_dir():
            shutil.rmtree(stale, ignore_errors=True)
        else:
            stale.unlink()
    raise FileExistsError(f"other processes write '{path.name}' at the same time")
