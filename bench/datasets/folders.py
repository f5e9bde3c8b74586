"""The revision of a local folder: a digest that changes when one of its files changes."""

import hashlib
import os
from pathlib import Path


def listing_digest(folder: Path) -> str:
    """SHA-256 of the relative name, size and modification time (ns) of every file below `folder`.

    Hidden files and folders are left out, because `datasets` does not read them either.
    """
    lines: list[str] = []
    visited: set[str] = set()  # symbolic links may form a circle
    for root, folders, files in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(root)) in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(root, name)
            if not name.startswith(".") and path.exists():  # False for a broken link
                state = path.stat()
                lines.append(f"{path.relative_to(folder).as_posix()}\t{state.st_size}\t{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
