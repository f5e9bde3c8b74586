"""The files of a local data set: which may be read, and the digest that changes if one of them changes."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from bench.errors import UsageError

CARDS = ("README.md", ".huggingface.yaml")
"""The files of the Hub's layout that say which files belong to the data set. The second one is hidden, and is read."""

_COPY = "copy the data set with `cp -rL FOLDER COPY`, and give the copy"


@dataclass(frozen=True)
class Listing:
    """The files below a folder, as paths relative to it, with `/` between the parts, sorted."""

    digest: str
    """SHA-256 of the name, size and modification time (ns) of every file in `names`."""
    names: tuple[str, ...]
    """The files that may be read. Files below a link to a folder have the name of the link in their path."""
    hidden: tuple[str, ...]
    """The files that are never read, because their name or the name of a folder begins with a dot. Without `.git`."""
    links: dict[str, str] = field(default_factory=dict)
    """The path of each link to a file or a folder, and the path to which it leads; both are relative to the folder."""


def is_hidden(name: str) -> bool:
    """Whether a part of the relative path begins with a dot. The card `.huggingface.yaml` is not hidden."""
    return name not in CARDS and any(part.startswith(".") for part in name.split("/"))


def list_folder(folder: Path) -> Listing:
    """List the files of the data set in `folder`.

    A symbolic link is followed if it leads to a regular file or to a folder inside the data set. A link elsewhere is
    refused because a data set that one was given could read any file of the machine with it. Hidden files are not read,
    so they may be anything. Raises UsageError for such a link, for a link to a folder that contains it or to which
    another link leads, for a folder that cannot be listed, for a name that is not UTF-8, and for a file that is neither
    regular nor a folder (such as a FIFO).
    """
    walk = _Walk(folder)
    walk.run()
    lines = sorted(walk.lines)
    try:
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    except UnicodeEncodeError:
        for name in walk.names:
            if any("\ud800" <= character <= "\udfff" for character in name):
                _refuse(folder.name, name, "has a name that is not UTF-8", "rename it")
        raise
    return Listing(digest, tuple(sorted(walk.names)), tuple(sorted(walk.hidden)), walk.links)


def check_for_library(source: str, listing: Listing) -> None:
    """Raise UsageError for a name that `datasets` takes for something else: one with `::` or a backslash."""
    for name in listing.names:
        if "::" in name:
            _refuse(source, name, "has '::' in its path, which means a file inside an archive", "rename it")
        if "\\" in name:
            _refuse(source, name, "has a backslash in its path, which `datasets` reads as a separator", "rename it")


def path_for_library(folder: Path, listing: Listing, scratch: Path) -> Path:
    """A path that `datasets` does not take for a pattern: `folder`, or a folder in `scratch` with links to its files.

    `datasets` follows a link to the folder itself and has the pattern again, and it skips links to folders in it.

    Raises UsageError if the path of `scratch` would be taken for a pattern, too.
    """
    pattern = re.compile(r"::|[*?\[\]]")
    if not pattern.search(str(folder)):
        return folder
    if pattern.search(str(scratch)):
        raise UsageError(
            f"data set '{folder.name}': `datasets` takes '*', '?', '[', ']' and '::' in a path for a pattern, and "
            f"both the data set and the cache have such a path, {str(scratch.parent)!r}; set DEC_BENCH_CACHE to a "
            "folder whose path has none of them"
        )
    links = scratch / "folder"
    links.mkdir()
    for name in listing.names:
        (links / name).parent.mkdir(parents=True, exist_ok=True)
        (links / name).symlink_to(folder / name)
    return links


class _Walk:
    """One pass over all files below a folder, with one `stat` for each file.

    It joins texts, because a path object for each file takes more time than the rest.
    """

    def __init__(self, folder: Path) -> None:
        self.source = folder.name
        self.top = os.path.realpath(folder)
        self.lines: list[str] = []
        self.names: list[str] = []
        self.hidden: list[str] = []
        self.links: dict[str, str] = {}
        self._followed: dict[str, str] = {}
        self._open: list[tuple[str, str, tuple[str, ...]]] = [(str(folder), "", (self.top,))]
        """Folders to be listed: the path, the beginning of its names, the real paths of it and the folders above."""

    def run(self) -> None:
        """List all folders."""
        while self._open:
            self._list(*self._open.pop())

    def _list(self, folder: str, prefix: str, above: tuple[str, ...]) -> None:
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except OSError as error:
            remedy = "make it readable, or move it elsewhere"
            _refuse(self.source, prefix[:-1] or ".", f"cannot be listed ({error.strerror})", remedy)
        is_hidden_folder = bool(prefix) and is_hidden(prefix[:-1])
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    self._open.append((entry.path, f"{name}/", (*above, f"{above[-1]}/{entry.name}")))
            elif is_hidden_folder or (entry.name[0] == "." and is_hidden(name)):
                self.hidden.append(name)
            elif entry.is_symlink():
                self._follow(entry, name, above)
            else:
                self._add(name, entry.stat(follow_symlinks=False))

    def _add(self, name: str, state: os.stat_result) -> None:
        if not stat.S_ISREG(state.st_mode):
            _refuse(self.source, name, "is neither a file nor a folder", "remove it")
        self.lines.append(f"{name}\t{state.st_size}\t{state.st_mtime_ns}")
        self.names.append(name)

    def _follow(self, entry: os.DirEntry[str], name: str, above: tuple[str, ...]) -> None:
        target = os.path.realpath(entry.path)
        is_inside = target == self.top or target.startswith(self.top.rstrip("/") + "/")
        if is_inside and Path(target).is_file():
            self._add(name, entry.stat())
        elif not is_inside or not Path(target).is_dir():
            problem = "is a symbolic link that does not lead to a file or folder inside the data set"
            _refuse(self.source, name, problem, _COPY)
        elif any(folder == target or folder.startswith(f"{target}/") for folder in above):
            _refuse(self.source, name, "is a symbolic link to a folder that contains it", "remove the link")
        elif target in self._followed:
            problem = f"and {self._followed[target]!r} are links to the same folder"
            _refuse(self.source, name, problem, "remove one of the two")
        else:
            self._followed[target] = name
            self._open.append((entry.path, f"{name}/", (*above, target)))
        self.links[name] = os.path.relpath(target, self.top)


def _refuse(source: str, name: str, problem: str, remedy: str) -> NoReturn:
    raise UsageError(f"data set '{source}': {name!r} {problem}; {remedy}")
