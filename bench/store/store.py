"""Where a record lies under results/: written whole or not at all, and what is damaged set aside."""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import uuid4

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.errors import UsageError
from bench.store.records import Attempt, Cell, Manifest, Record, RecordError, Scores, decode, encode

Struct = TypeVar("Struct", bound=msgspec.Struct)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NUMBER = re.compile(r"[0-9]{1,9}")
DAMAGED_ARRAYS = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile)
"""What numpy and zipfile raise on an .npz that is truncated or overwritten."""


def atomic_write(path: Path, write: Callable[[BinaryIO], object], *, replace: bool = True) -> None:
    """Let `write` fill a new file beside `path`, then rename it into place: a reader sees the old file or the new.

    Raises FileExistsError if there is an old one and it may not be replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        with beside.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            beside.replace(path)
        else:
            os.link(beside, path)  # unlike a rename, never in the place of another
        _sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> Path:
    """Write `text` as UTF-8 by `atomic_write` and return `path`."""
    atomic_write(path, lambda file: file.write(text.encode()))
    return path


def _sync_folder(folder: Path) -> None:
    """Make the names in it survive a power cut, where folders can be synced."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Store:
    """The folder of one experiment.

    manifest.json · cells/<key>.json and .npz, finished fits only, never written twice · attempts/<key>/<number>.json,
    every try of the cell · scores/<key>.json · locks/, who makes a cell at present · tables and figures at the top.

    A damaged file is renamed to `<file>.corrupt`, noted in `warnings` in one line, and from then on absent. A file of
    a newer schema is not damaged: reading it raises UsageError.
    """

    def __init__(self, results_dir: Path, name: str) -> None:
        if not NAME.fullmatch(name):
            raise UsageError(
                f"name {name!r} must be a folder name: letters, digits, '.', '_' and '-', with a letter or digit first."
            )
        self.results_dir = results_dir
        self.name = name
        self.warnings: list[str] = []

    def path(self, *parts: str) -> Path:
        """A file or folder of this experiment; nothing is created."""
        return self.results_dir.joinpath(self.name, *parts)

    def pretrained_path(self, key: str) -> Path:
        """Where pretrained weights lie; all experiments share them, since the key tells their whole content."""
        return self.results_dir / ".pretrained" / f"{key}.safetensors"

    def has_pretrained(self, key: str, is_whole: Callable[[Path], bool]) -> bool:
        """Whether pretrained weights lie there; damaged ones, as `is_whole` tells, are set aside."""
        path = self.pretrained_path(key)
        if not path.exists():
            return False
        if not is_whole(path):
            self._set_aside(path, "its content is not the one that was written")
            return False
        return True

    def manifest(self) -> Manifest | None:
        """What the folder is, or None before the first run."""
        return self._read(self.path("manifest.json"), Manifest)

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest."""
        self._write(self.path("manifest.json"), manifest)

    def finished(self, cell: Cell) -> Record | None:
        """The record of a finished fit whose arrays are there too."""
        path, arrays = self._cell_paths(cell.key)
        record = self._record(path, cell.key)
        if record is None:
            return None
        try:
            # Opening reads the directory at the file's end, which a truncated file does not have.
            zipfile.ZipFile(arrays).close()
        except FileNotFoundError:
            self._set_aside(path, f"{arrays.name} is missing")
            return None
        except DAMAGED_ARRAYS as error:
            self._set_aside(arrays, str(error), path)
            return None
        return record

    def attempts(self, key: str) -> list[Attempt]:
        """Every try of a cell, oldest first."""
        paths = sorted(self.path("attempts", key).glob("*.json"))
        found = (self._read(path, Attempt) for path in paths)
        return [attempt for attempt in found if attempt is not None]

    def lock_path(self, key: str) -> Path:
        """Where the lock on a cell lies."""
        return self.path("locks", key)

    def weights_lock_path(self, key: str) -> Path:
        """Where the lock on making pretrained weights lies."""
        return self.pretrained_path(key).with_suffix(".lock")

    def add_attempt(self, attempt: Attempt) -> None:
        """Keep it as the last one of its cell."""
        folder = self.path("attempts", attempt.key)
        number = 1 + max((int(path.stem) for path in folder.glob("*.json") if NUMBER.fullmatch(path.stem)), default=0)
        while True:
            try:
                self._write(folder / f"{number:04}.json", attempt, replace=False)
            except FileExistsError:  # another driver was quicker
                number += 1
            else:
                return

    def write(self, record: Record, arrays: Mapping[str, NDArray[Any]]) -> bool:
        """Keep what a fit gave; False, with a warning, if its cell is finished already, which stays as it is."""
        path, beside = self._cell_paths(record.key)
        if self.finished(record.cell) is None:
            # Arrays first, so that a record is never without them. Not compressed: nearly all of it is float32 codes,
            # whose mantissas are noise that deflate shortens by a tenth and takes fifty times as long for.
            named: dict[str, Any] = dict(arrays)
            packed = io.BytesIO()
            np.savez(packed, **named)
            content = packed.getbuffer()
            try:
                self._write_arrays(record.cell, beside, content)
                record = msgspec.structs.replace(record, arrays_digest=hashlib.sha256(content).hexdigest())
                self._write(path, record, replace=False)
            except FileExistsError:
                pass
            else:
                return True
        self.warnings.append(f"{path}: the cell is finished already; the second result is dropped.")
        return False

    def _write_arrays(self, cell: Cell, path: Path, content: memoryview) -> None:
        """Never in the place of a finished fit's. Raises FileExistsError if another driver has just finished it."""
        try:
            atomic_write(path, lambda file: file.write(content), replace=False)
        except FileExistsError:
            if self.finished(cell) is not None:
                raise
            # Left by a driver that died before it wrote the record.
            atomic_write(path, lambda file: file.write(content))

    def records(self) -> list[Record]:
        """All finished fits that lie here, by key."""
        paths = sorted(self.path("cells").glob("*.json"))
        found = (self._record(path, path.stem) for path in paths)
        return [record for record in found if record is not None]

    def is_published_copy(self) -> bool:
        """Whether the tables of an experiment lie here without any of its records, as in a fresh clone."""
        records = (path for folder in ("cells", "attempts") for path in self.path(folder).rglob("*.json"))
        return self.path("cells.csv").exists() and next(records, None) is None

    def arrays(self, key: str) -> dict[str, NDArray[Any]]:
        """All arrays of a finished fit, checksums verified.

        Raises RecordError, one line, if they are absent or damaged; damaged ones are set aside with their record, so
        that the cell counts as never run.
        """
        path, beside = self._cell_paths(key)
        record = self._record(path, key)
        try:
            content = beside.read_bytes()
            if record is not None and hashlib.sha256(content).hexdigest() != record.arrays_digest:
                raise ValueError("its content is not the one that its record knows")
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                return dict(stored)
        except FileNotFoundError as error:
            raise RecordError(f"{beside}: the arrays of this cell are missing.") from error
        except DAMAGED_ARRAYS as error:
            self.discard_damaged(key, str(error))
            raise RecordError(f"{beside}: damaged and set aside; the next run makes this cell again.") from error

    def discard_damaged(self, key: str, reason: str) -> None:
        """Set the arrays of a cell aside, and its record, so that it counts as never run."""
        path, beside = self._cell_paths(key)
        self._set_aside(beside, reason, path)

    def scores(self, key: str) -> Scores | None:
        """The metrics of a finished fit, or None before it is scored."""
        path = self.path("scores", f"{key}.json")
        scores = self._read(path, Scores)
        if scores is not None and scores.key != key:
            self._set_aside(path, f"it holds the scores of {scores.key}")
            return None
        return scores

    def write_scores(self, scores: Scores) -> None:
        """Replace the metrics of a finished fit."""
        self._write(self.path("scores", f"{scores.key}.json"), scores)

    def discard(self, cell: Cell) -> None:
        """Forget what a cell gave, though not its attempts. The record goes first: arrays alone count for nothing."""
        for path in (*self._cell_paths(cell.key), self.path("scores", f"{cell.key}.json")):
            path.unlink(missing_ok=True)

    def _cell_paths(self, key: str) -> tuple[Path, Path]:
        return self.path("cells", f"{key}.json"), self.path("cells", f"{key}.npz")

    def _record(self, path: Path, key: str) -> Record | None:
        record = self._read(path, Record)
        if record is not None and (record.key, record.cell.key) != (key, key):
            self._set_aside(path, f"it holds the record of {record.key}")
            return None
        return record

    def _write(self, path: Path, value: msgspec.Struct, *, replace: bool = True) -> None:
        atomic_write(path, lambda file: file.write(encode(value)), replace=replace)

    def _read(self, path: Path, kind: type[Struct]) -> Struct | None:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return decode(data, kind, str(path))
        except RecordError as error:
            if error.__cause__ is None:  # valid JSON of a newer schema: nothing is wrong with the file
                raise UsageError(str(error)) from error
            self._set_aside(path, str(error.__cause__))
            return None

    def _set_aside(self, path: Path, reason: str, *others: Path) -> None:
        """Rename a damaged file, and others that mean nothing without it; one line tells."""
        what = f"{path}: {' '.join(reason.split())}"
        try:
            path.replace(path.with_name(f"{path.name}.corrupt"))
            for other in others:
                other.replace(other.with_name(f"{other.name}.corrupt"))
        except FileNotFoundError:  # another process found the damage, too
            return
        except OSError as error:  # where nothing can be written, it stays, and counts as absent
            self.warnings.append(f"{what}; it cannot be set aside ({error.strerror}).")
            return
        self.warnings.append(f"{what}; set aside as {path.name}.corrupt.")
