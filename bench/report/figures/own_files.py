"""The list of the files that the figures of an experiment consist of: only these files are deleted or overwritten."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import msgspec

from bench.store.encoding import decode, encode
from bench.store.files import atomic_write, read_file
from bench.store.records import SCHEMA_VERSION, RecordError
from bench.store.store import Store

LIST = "figures.json"
_NAMED = 5
"""Largest number of names in one line."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|svg|pdf|csv)")


class OwnFileList(msgspec.Struct, frozen=True, kw_only=True):
    """The content of figures.json."""

    schema_version: int = SCHEMA_VERSION
    digests: dict[str, list[str]]
    """By file name, the SHA-256 of each content that this program has written and that may still be there."""


class OwnFiles:
    """The files that this program wrote: figures in figures/, and tables (.csv) in the results folder.

    A file is its own only if the list names it and its content is as it was written. Every other file is kept. If it
    has the name of a new figure, it is renamed first, from labels.png to labels.kept-1.png. The list is written before
    the files that it names: after a crash between the two, the files are overwritten as usual.
    """

    def __init__(self, store: Store) -> None:
        """Read the list. Raises UsageError if it has a newer schema; a damaged list counts as empty."""
        self._store = store
        self._digests = self._read()
        self._kept: list[str] = []
        self._changed: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names in the list."""
        return list(self._digests)

    def path(self, name: str) -> Path:
        """Where the file with this name is."""
        return self._store.path(name) if name.endswith(".csv") else self._store.path("figures", name)

    def content(self, name: str) -> bytes | None:
        """The content of a file that is as this program has written it; None if it is not, or is not there."""
        try:
            content = read_file(self.path(name))
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() in self._digests.get(name, ()) else None

    def write(self, contents: Mapping[str, bytes]) -> list[Path]:
        """Write files by name, and return their paths. A file that is not own is renamed before."""
        for name, content in contents.items():
            new, old = hashlib.sha256(content).hexdigest(), _digest(self.path(name))
            if old is not None and old != new and old not in self._digests.get(name, ()):
                self._keep(name)
                old = None
            self._digests[name] = [new] if old in (None, new) else [old, new]
        self._save()
        for name, content in contents.items():
            atomic_write(self.path(name), content)
        return [self.path(name) for name in contents]

    def remove(self, *names: str) -> None:
        """Delete own files. A file in the list that has changed stays, and so does a file that is not in the list."""
        listed = [name for name in names if name in self._digests]
        for name in listed:
            digests, path = self._digests.pop(name), self.path(name)
            digest = _digest(path)
            if digest in digests:
                path.unlink()
            elif digest is not None:
                self._changed.append(name)
        if listed:
            self._save()

    def notes(self) -> list[str]:
        """One line for all files that were renamed, and one line for all outdated files that stay."""
        lines = []
        if self._kept:
            lines.append(
                f"{self._store.path()}: files with the names of new figures ({len(self._kept)}) were not written by "
                f"this program, or have changed since; they are kept as {few(self._kept)}."
            )
        if self._changed:
            lines.append(
                f"{self._store.path()}: {len(self._changed)} figures are not drawn any more, but the files have "
                f"changed since they were written, so they stay: {few(self._changed)}."
            )
        return lines

    def _keep(self, name: str) -> None:
        path = self.path(name)
        names = (f"{path.stem}.kept-{number}{path.suffix}" for number in count(1))
        kept = next(name for name in names if not path.with_name(name).exists())
        path.rename(path.with_name(kept))
        self._kept.append(kept)

    def _read(self) -> dict[str, list[str]]:
        path = self._store.path(LIST)
        try:
            digests = decode(read_file(path), OwnFileList, str(path)).digests
        except FileNotFoundError:
            return {}
        except RecordError as error:
            self._store.warn(f"{error} Figures that are here already are kept under another name.")
            return {}
        own = {name: list(values) for name, values in digests.items() if _NAME.fullmatch(name)}
        if len(own) < len(digests):
            self._store.warn(
                f"{path}: {len(digests) - len(own)} of {len(digests)} names are not names of figures and are ignored."
            )
        return own

    def _save(self) -> None:
        atomic_write(self._store.path(LIST), encode(OwnFileList(digests=dict(sorted(self._digests.items())))))


def few(names: Sequence[str]) -> str:
    """The first names as text, and the number of the others.

    >>> few(["dec", "som"]), few("abcdefgh")
    ('dec, som', 'a, b, c, d, e and 3 others')
    """
    more = f" and {len(names) - _NAMED} others" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _digest(path: Path) -> str | None:
    """SHA-256 of a file; None if there is no such file."""
    try:
        return hashlib.sha256(read_file(path)).hexdigest()
    except FileNotFoundError:
        return None
