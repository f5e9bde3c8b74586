"""A file is written whole or not at all, and only a regular file is read."""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import uuid4

import psutil

from bench.errors import UsageError
from bench.store.disk import create, put, sync_content, sync_folder

_READ_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # Windows has neither of them

_LARGE = 2**24
"""Size of a file in bytes from which on the free memory is asked for, which takes longer than to read a small file."""


class NotRegularError(Exception):
    """A file that is not regular. The message is its kind, such as `FIFO`."""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading. A link is not followed, and a FIFO without a writer does not block.

    Raises NotRegularError for a file of another kind, and OSError if the file cannot be opened. A link (ELOOP) and a
    folder (IsADirectoryError) are OSErrors, too.
    """
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | _READ_FLAGS))  # noqa: SIM115
    mode = os.fstat(file.fileno()).st_mode
    if not stat.S_ISREG(mode):
        file.close()
        raise NotRegularError(file_kind(mode))
    return file


def read_file(path: Path) -> bytes:
    """Content of a regular file.

    Raises FileNotFoundError if there is no file. Raises UsageError if the file cannot be read, for example without
    permission or after an error of the disk, if it is a link, a folder, a FIFO or a device, or if it is larger than the
    free memory of this machine.
    """
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > _LARGE and size > psutil.virtual_memory().available:
                raise UsageError(
                    f"{path} has {size / 1e9:.1f} GB, more than the free memory of this machine; close other programs, "
                    "or remove the file."
                )
            return file.read(size)
    except FileNotFoundError:
        raise
    except NotRegularError as error:
        raise UsageError(f"{path} is a {error}; expected a file; remove it.") from error
    except OSError as error:
        raise cannot_read(path, error) from error


def cannot_read(path: Path, error: OSError) -> UsageError:
    """The error for a file that exists but cannot be read now. Such a file is not damaged."""
    if path.is_symlink():
        return UsageError(f"{path} is a symbolic link; expected a file; remove the link.")
    if isinstance(error, IsADirectoryError):
        return UsageError(f"{path} is a folder; expected a file; remove it.")
    if isinstance(error, NotADirectoryError):
        return UsageError(f"{path.parent} is a file; expected a folder; remove it.")
    reason = error.strerror or str(error)
    return UsageError(f"cannot read {path} ({reason}); the file is not changed: mend its permissions or the disk.")


def file_kind(mode: int) -> str:
    """The kind of a file that is not regular, from its mode (`stat.st_mode`).

    >>> file_kind(stat.S_IFIFO), file_kind(stat.S_IFCHR)
    ('FIFO', 'device')
    """
    kinds = {stat.S_IFDIR: "folder", stat.S_IFLNK: "symbolic link", stat.S_IFIFO: "FIFO", stat.S_IFSOCK: "socket"}
    return kinds.get(stat.S_IFMT(mode), "device")


def check_contents(folder: Path) -> None:
    """Check that `folder` and everything below it are folders and regular files. A missing folder passes.

    A link could lead to files of the user outside the folder, and a FIFO or a device would block its reader. Raises
    UsageError, which names the first one that is neither a file nor a folder, or a folder that cannot be read.
    """
    if folder.is_symlink():
        raise _not_allowed(folder, "symbolic link")
    folders = [str(folder)]
    while folders:
        current = folders.pop()
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.name.startswith(".#"):  # the lock of a file that is open in Emacs; nothing reads it
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif not entry.is_file(follow_symlinks=False) and (kind := _kind(entry)) is not None:
                        raise _not_allowed(Path(entry.path), kind)
        except FileNotFoundError:  # the folder does not exist, or another driver process has just removed it
            continue
        except NotADirectoryError:
            raise UsageError(f"{current} is a file; expected a folder; choose another --name.") from None
        except OSError as error:
            raise cannot_read(Path(current), error) from error


def _kind(entry: "os.DirEntry[str]") -> str | None:
    """The kind of an entry that is neither a file nor a folder; None if it has just been removed."""
    try:
        return file_kind(entry.stat(follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None


def _not_allowed(path: Path, kind: str) -> UsageError:
    remedy = "remove it, or name its target with --results-dir" if kind == "symbolic link" else "remove it"
    return UsageError(f"{path} is a {kind}; a results folder contains only files and folders: {remedy}.")


Sync = Literal["nothing", "content", "content and name"]
"""What a power cut cannot undo after a write. Each step waits for the disk, about a millisecond."""


def atomic_write(
    path: Path, content: bytes | memoryview, *, replace: bool = True, sync: Sync = "content and name"
) -> None:
    """Write a new file beside `path`, then rename it to `path`. A reader sees the old file or the new one.

    On a disk that cannot do this, less is promised (`bench.store.disk`).

    Raises FileExistsError if `path` exists and `replace` is off, and other OSErrors, which name `path`, if it cannot be
    written.
    """
    try:
        _write_atomically(path, content, replace=replace, sync=sync)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_atomically(path: Path, content: bytes | memoryview, *, replace: bool, sync: Sync) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            if sync != "nothing":
                sync_content(file)
        if replace:
            put(temporary, path)
        else:
            create(temporary, path)
        if sync == "content and name":
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> Path:
    """Write `text` as UTF-8 with `atomic_write`, and return `path`."""
    atomic_write(path, text.encode())
    return path
