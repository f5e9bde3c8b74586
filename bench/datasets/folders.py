"""The state of a local folder: a digest that changes whenever one of its files does."""

import hashlib
import os
from pathlib import Path


def listing_digest(folder: Path) -> str:
    """SHA-256 of relative name, size and modification time (ns) of every file below `folder`.

    Hidden files and folders are left out, as they are when the folder is read.
    """
    lines: list[str] = []
    visited: set[str] = set()  # links may lead in circles
    for root, folders, files in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(root)) in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(root, name)
            if not name.startswith(".") and path.exists():  # a link to nothing is no file
                state = path.stat()
                lines.append(f"{path.relative_to(folder).as_posix()}\t{state.st_size}\t{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
