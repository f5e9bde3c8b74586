"""Archives inside a data set: their names and sizes are checked before they are unpacked."""

import tarfile
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from bench.errors import UsageError

LARGEST_MEMBER = 2**30
"""Bytes of one unpacked member: it is in memory as a whole."""
LARGEST_RATIO = 100
"""Unpacked bytes for each packed byte, above `LARGEST_MEMBER` bytes. Packed images have about 1."""
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".lz4")


def check_archive(path: Path, source: str) -> None:
    """Raise UsageError if the zip or tar archive names files outside of itself, or would unpack to an absurd size."""
    state = path.stat()
    _check(path, source, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)  # each row of a table may name the archive
def _check(path: Path, source: str, packed: int, modified: int) -> None:
    total = 0
    for name, size in _members(path, source):
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if name.startswith(("/", "\\")) or ".." in parts or "::" in name or "://" in name:
            raise UsageError(f"{_archive(source, path)} has the member {name!r}; expected relative paths without '..'")
        if path.suffix == ".tar" and name.lower().endswith(_COMPRESSED):
            raise UsageError(f"{_archive(source, path)} has the compressed member {name!r}; pack the files as they are")
        total += size
        if size > LARGEST_MEMBER or total > max(LARGEST_MEMBER, LARGEST_RATIO * packed):
            raise UsageError(
                f"{_archive(source, path)} unpacks to more than {max(size, total):,} bytes from "
                f"{packed:,}; expected at most {LARGEST_MEMBER:,} bytes for each member, and "
                f"{LARGEST_RATIO} times the size of the archive; unpack it, and remove what is not needed"
            )


def _members(path: Path, source: str) -> Iterator[tuple[str, int]]:
    """Name and unpacked size of each member. Only the directory of the archive is read."""
    is_tar = tarfile.is_tarfile(path)
    if path.suffix.lower() == ".zip":
        if is_tar or not zipfile.is_zipfile(path):
            raise UsageError(f"{_archive(source, path)} is not a zip archive; correct its name, or unpack it")
        with zipfile.ZipFile(path) as zipped:
            yield from ((info.filename, info.file_size) for info in zipped.infolist())
    elif is_tar:
        with tarfile.open(path) as tar:
            yield from ((info.name, info.size) for info in tar)
    else:
        raise UsageError(f"{_archive(source, path)} is not a tar archive; correct its name, or unpack it")


def _archive(source: str, path: Path) -> str:
    return f"data set '{source}': archive {path.name!r}"
