"""The files of a local data set: which may be read, and the digest that changes if one of them changes."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bench.errors import UsageError

CARDS = ("README.md", ".huggingface.yaml")
"""The files of the Hub's layout that say which files belong to the data set. The second one is hidden, and is read."""


@dataclass(frozen=True)
class Listing:
    """The files below a folder, as paths relative to it, with `/` between the parts, sorted."""

    digest: str
    """SHA-256 of the name, size and modification time (ns) of every file in `names`."""
    names: tuple[str, ...]
    """The files that may be read."""
    hidden: tuple[str, ...]
    """The files that are never read, because their name or the name of a folder begins with a dot. Without `.git`."""


def is_hidden(name: str) -> bool:
    """Whether a part of the relative path begins with a dot. The card `.huggingface.yaml` is not hidden."""
    return name not in CARDS and any(part.startswith(".") for part in name.split("/"))


def list_folder(folder: Path) -> Listing:
    """List the files of the data set in `folder`.

    Raises UsageError for a path that `datasets` would read as a pattern, a folder that cannot be listed, a name that is
    not UTF-8 or contains `::` or a backslash, a file that is neither regular nor a folder (such as a FIFO), and a
    symbolic link, unless it leads to a regular file inside the folder. A link elsewhere is refused because a data set
    that one was given could read any file of the machine with it. Hidden files are not read, so they may be anything.
    """
    lines, names, hidden = [], [], []
    if re.search(r"::|[*?\[\]]", str(folder)):
        raise UsageError(
            f"data set '{folder.name}': expected a path without '*', '?', '[', ']' and '::', which `datasets` reads "
            f"as a pattern, got {str(folder)!r}; rename the folder, or move it"
        )
    for name, entry in _files(folder, folder):
        if is_hidden(name):
            hidden.append(name)
            continue
        _check(folder, name, entry)
        state = entry.stat()
        lines.append(f"{name}\t{state.st_size}\t{state.st_mtime_ns}")
        names.append(name)
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return Listing(digest, tuple(sorted(names)), tuple(sorted(hidden)))


def _files(top: Path, folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        name = folder.relative_to(top).as_posix()
        _refuse(top, name, f"cannot be listed ({error.strerror})", "make it readable, or move it elsewhere")
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != ".git":
                yield from _files(top, folder / entry.name)
        else:
            yield (folder / entry.name).relative_to(top).as_posix(), entry


def _check(folder: Path, name: str, entry: os.DirEntry[str]) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        _refuse(folder, name, "has a name that is not UTF-8", "rename it")
    if "::" in name:
        _refuse(folder, name, "has '::' in its path, which means a file inside an archive", "rename it")
    if "\\" in name:
        _refuse(folder, name, "has a backslash in its path, which `datasets` reads as a separator", "rename it")
    if entry.is_symlink():
        target = Path(os.path.realpath(entry.path))
        if not target.is_relative_to(os.path.realpath(folder)) or not target.is_file():
            _refuse(
                folder,
                name,
                "is a symbolic link that does not lead to a file inside the data set",
                "copy the data set with `cp -rL FOLDER COPY`, and give the copy",
            )
    elif not stat.S_ISREG(entry.stat().st_mode):
        _refuse(folder, name, "is neither a file nor a folder", "remove it")


def _refuse(folder: Path, name: str, problem: str, remedy: str) -> NoReturn:
    raise UsageError(f"data set '{folder.name}': {name!r} {problem}; {remedy}")
