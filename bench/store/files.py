"""A file is written whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4


def atomic_write(path: Path, write: Callable[[BinaryIO], object], *, replace: bool = True, sync: bool = True) -> None:
    """Let `write` fill a new file beside `path`, then rename it to `path`. A reader sees the old file or the new one.

    With `sync`, the new file survives a power cut. Raises FileExistsError if `path` exists and `replace` is off.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if replace:
            temporary.replace(path)
        else:
            os.link(temporary, path)  # unlike a rename, it never replaces a file
        if sync and os.name == "posix":  # the name of the file is in its folder; Windows cannot sync a folder
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> Path:
    """Write `text` as UTF-8 with `atomic_write`, and return `path`."""
    atomic_write(path, lambda file: file.write(text.encode()))
    return path
