"""What the disk of the results can do: where it lacks an operation, the next best one is used, and a line says so.

Disks of cameras (FAT, exFAT), network folders and mounted object stores lack some operations of a local disk. They
answer such a call with an error that says "not supported". All other errors, such as a full disk, are raised.
"""

import errno
import os
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

_NOT_SUPPORTED = {
    *(errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EACCES, errno.EMLINK),
    *(errno.EXDEV, errno.EBADF),
}
"""What disks answer if they lack an operation: EPERM for a hard link on FAT, EINVAL for a sync on CIFS."""
_LACKS = (
    "hard links: a run that is killed while it writes may leave an empty file, which the next run makes again",
    "renaming over a file: a reader may see half of a file while a run writes it",
    "syncing: a power cut may lose results that the run has shown as finished",
)
"""What a disk may lack, and the promise that is weaker then."""


def create(temporary: Path, path: Path) -> bool:
    """Give the complete file `temporary` the name `path`; it may lose its own name. Whether the disk has hard links.

    Raises FileExistsError if `path` exists. Without hard links, `path` is first made as an empty file, which only one
    process can do, and then replaced. A reader between the two steps takes the empty file for a damaged one.
    """
    try:
        os.link(temporary, path)  # unlike a rename, it never replaces a file
        return True
    except OSError as error:
        if not _lacks(error):
            raise
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        put(temporary, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return False


def put(temporary: Path, path: Path) -> bool:
    """Give the complete file `temporary` the name `path`; it may lose its own name. Whether the disk can rename it.

    Where no file can be renamed over another one, an existing `path` is written again in place.
    """
    try:
        temporary.replace(path)
        return True
    except OSError as error:
        if not _lacks(error) and error.errno != errno.EEXIST:
            raise
    path.write_bytes(temporary.read_bytes())
    return False


def sync_content(file: BinaryIO) -> bool:
    """Wait until the content of an open file is on the disk. Whether the disk can say so."""
    try:
        os.fsync(file.fileno())
        return True
    except OSError as error:
        if not _lacks(error):
            raise
        return False


def sync_folder(folder: Path) -> bool:
    """Wait until the names of the files in `folder` are on the disk. Whether the disk can say so; on Windows, True."""
    if os.name != "posix":
        return True
    try:
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
        return True
    except OSError as error:
        if not _lacks(error) and error.errno != errno.EIO:  # EIO: some network folders; the content is synced before
            raise
        return False


def weak_promises(folder: Path) -> str:
    """A line about everything that the disk of `folder` lacks, and what follows; empty if it lacks nothing.

    Two empty files are written in the folder, which is made if it does not exist, and removed again. Raises OSError,
    which names the folder, if it cannot be written.
    """
    first, second = (folder / f".{uuid4().hex}.tmp" for _ in range(2))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with first.open("xb") as file:
            syncs = sync_content(file)
        links = create(first, second)
        first.write_bytes(b"")
        renames = put(first, second)
        syncs = sync_folder(folder) and syncs
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error
    finally:
        for path in (first, second):
            path.unlink(missing_ok=True)
    lacks = [text for can, text in zip((links, renames, syncs), _LACKS, strict=True) if not can]
    return f"the disk of {folder} lacks {'; and '.join(lacks)}. The results are the same." if lacks else ""


def _lacks(error: OSError) -> bool:
    """Whether a call failed because the disk lacks the operation."""
    return error.errno in _NOT_SUPPORTED
