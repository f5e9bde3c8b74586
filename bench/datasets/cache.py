"""Decoded sets on disk, one folder each: decoded once, then memory-mapped in milliseconds.

An entry is `features.npy`, `labels.npy` (where there are labels) and `entry.json`. It is written under another name and
renamed when complete, so a half-written entry is never read; one that does not fit its own description, or whose
content is not the one that was written, is decoded anew.
Everything here can be deleted at any time: a set is then decoded anew, and one of the Hub asked for anew, at its newest
revision (`owner/name@REVISION` pins one). Killing the program may leave a `.partial` or `scratch-` folder behind.
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

from bench.datasets.stream import ImageStream, Progress
from bench.errors import UsageError

FORMAT_VERSION = 1
"""Part of every key: raise it whenever the decoder would give other pixels or labels for the same files."""

_ROWS = 4096
_FEATURES, _LABELS, _ENTRY = "features.npy", "labels.npy", "entry.json"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What `entry.json` says of the arrays beside it."""

    source: str
    revision: str
    split: str
    image_shape: tuple[int, int, int]
    class_names: list[str] | None
    labelled: bool
    digest: str
    n_samples: int
    n_features: int


Stored = tuple[Entry, npt.NDArray[np.float32], npt.NDArray[np.int64] | None]


def root(cache_dir: Path | None) -> Path:
    """`cache_dir`, else the environment variable DEC_BENCH_CACHE, else the user's cache folder."""
    return cache_dir or Path(os.environ.get("DEC_BENCH_CACHE") or platformdirs.user_cache_dir("dec-bench"))


def entry_path(folder: Path, name: str, identity: Sequence[str]) -> Path:
    """Where the set that `identity` tells apart from all others lies; `name` makes the path readable."""
    key = hashlib.sha256(msgspec.json.encode([FORMAT_VERSION, *identity])).hexdigest()
    return folder / f"{re.sub(r'[^A-Za-z0-9.]+', '_', name)[:60]}-{key[:20]}"


def read(path: Path) -> Stored | None:
    """Map the entry at `path` read-only; None where there is none, or one that is damaged."""
    try:
        entry = msgspec.json.decode((path / _ENTRY).read_bytes(), type=Entry)
        features = np.load(path / _FEATURES, mmap_mode="r", allow_pickle=False)
        labels = np.load(path / _LABELS, mmap_mode="r", allow_pickle=False) if entry.labelled else None
    except (OSError, ValueError, EOFError):  # msgspec's errors are ValueErrors; a truncated array is one, too
        return None
    if features.shape != (entry.n_samples, entry.n_features) or features.dtype != np.float32:
        return None
    if labels is not None and (labels.shape != (entry.n_samples,) or labels.dtype != np.int64):
        return None
    if _digest(features, labels, entry.image_shape) != entry.digest:
        return None
    return entry, features, labels


def _digest(
    features: npt.NDArray[np.float32], labels: npt.NDArray[np.int64] | None, image_shape: tuple[int, int, int]
) -> str:
    """That of the entry, of what lies there now: a disk may have lost what it was given."""
    sha = hashlib.sha256()
    for start in range(0, len(features), _ROWS):
        sha.update(np.ascontiguousarray(features[start : start + _ROWS], dtype="<f4").data)
    if labels is not None:
        sha.update(np.ascontiguousarray(labels, dtype="<i8").data)
    sha.update(repr(image_shape).encode())
    return sha.hexdigest()


def write(path: Path, stream: ImageStream, progress: Progress | None = None) -> None:
    """Write all of `stream` as the entry at `path`. Of two processes at the same entry, the last replaces the first."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        partial.mkdir(parents=True)
        digest = _write_arrays(partial, stream, progress)
        entry = Entry(
            source=stream.source,
            revision=stream.revision,
            split=stream.split,
            image_shape=stream.image_shape,
            class_names=stream.class_names,
            labelled=stream.labels is not None,
            digest=digest,
            n_samples=stream.n_samples,
            n_features=stream.n_features,
        )
        (partial / _ENTRY).write_bytes(msgspec.json.format(msgspec.json.encode(entry), indent=1) + b"\n")
        for file in partial.iterdir():
            _sync(file)
        _put(partial, path)
    except OSError as error:
        raise UsageError(_not_writable(path.parent, error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sync(path: Path) -> None:
    """Bring it to the disk before it gets its name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder on the disk of the cache, deleted afterwards, for what a reader writes on its way."""
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
        "set DEC_BENCH_CACHE to a folder that is writable and has room"
    )


def _write_arrays(folder: Path, stream: ImageStream, progress: Progress | None) -> str:
    # Plain writes, not a writable memory map: on a full disk those raise, where a map kills the process.
    sha = hashlib.sha256()
    header = {"descr": "<f4", "fortran_order": False, "shape": (stream.n_samples, stream.n_features)}
    done = 0
    with (folder / _FEATURES).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for batch in stream.batches:
            rows = np.ascontiguousarray(batch, dtype="<f4").tobytes()
            file.write(rows)
            sha.update(rows)
            done += len(batch)
            if progress is not None:
                progress(done, stream.n_samples)
    if stream.labels is not None:
        labels = np.asarray(stream.labels, dtype="<i8")
        np.save(folder / _LABELS, labels, allow_pickle=False)
        sha.update(labels.tobytes())
    sha.update(repr(stream.image_shape).encode())
    return sha.hexdigest()


def _put(partial: Path, path: Path) -> None:
    """Rename `partial` to `path`, out of which a damaged or an equal entry is moved first."""
    for _ in range(10):  # another process may put its own entry there between the two renames
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
    raise FileExistsError(f"other processes keep writing '{path.name}'")
