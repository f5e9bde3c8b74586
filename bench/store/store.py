"""The results folder of one experiment: where each file is, and how it is read and written."""

import hashlib
import re
import shutil
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import sleep
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from numpy.typing import NDArray

from bench.errors import UsageError
from bench.store.archive import pack, unpack
from bench.store.damage import CELL_REMEDY, REMEDIES, WEIGHTS_REMEDY, set_aside
from bench.store.encoding import decode, encode
from bench.store.files import Sync, atomic_write, cannot_read, check_contents, read_file
from bench.store.fit_arrays import check_arrays
from bench.store.records import Attempt, Cell, DataSummary, Manifest, Record, RecordError, Scores

Struct = TypeVar("Struct", bound=msgspec.Struct)
FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""A name of a results folder."""
SETS_FILE = "sets.json"
"""The file that makes a folder a table over several data sets; see `bench.store.sets`."""
MODEL_CONFIG, MODEL_WEIGHTS = "config.json", "model.safetensors"
"""The files of a fitted model, as `methods` writes them."""
PREPARATION = "preparation.safetensors"
"""The file that says how new rows are prepared."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_MOMENT = 0.2
"""How long another driver process may need to give an empty file its content, seconds."""


class Store:
    """The files of one experiment in the folder `results_dir/name`.

    manifest.json
        the data, the commands and all cells of the experiment
    cells/<key>.json, cells/<key>.npz
        record and arrays of a finished fit; never written twice
    attempts/<key>/<number>.json
        each attempt of a cell
    scores/<key>.json
        metrics of a finished fit
    assignments/<key>.csv
        the cluster of each row, of a finished fit; for readers
    models/<key>/
        the fitted model of a finished fit
    models/preparation.safetensors
        how new rows are prepared for the models
    locks/<key>/
        the lock of the driver that makes the cell now
    *.csv, *.md, figures/, report.html
        tables, figures and the page

    Every file of records carries its digest. A damaged file is renamed to `<file>.corrupt`, and from then on it is
    absent; `warnings` gets one line. A file that cannot be read, or is of another schema version, is not damaged: to
    read it raises UsageError.
    """

    def __init__(self, results_dir: Path, name: str, *, read_only: bool = False) -> None:
        """Create nothing on disk.

        `read_only`: the folder may have any name, and a damaged file is not renamed; it counts as absent, too. Nothing
        may be written with such a store.

        Raises UsageError if `name` is not a valid folder name, or if the folder contains anything but folders and
        regular files: a link could lead to files outside it.
        """
        if not read_only and not FOLDER_NAME.fullmatch(name):
            valid = re.sub(r"[^A-Za-z0-9._-]+", "_", Path(name).name).lstrip("._-")
            raise UsageError(
                f"name {name!r} must be a folder name: letters, digits, '.', '_' and '-', starting with a letter or a "
                f"digit{f', such as {valid!r}' if valid else ''}; --results-dir names the folder that contains it."
            )
        check_results_dir(results_dir)
        self.results_dir, self.name, self.read_only = results_dir, name, read_only
        self.warnings: list[str] = []
        self._data: DataSummary | None = None
        """As in the manifest; None before the manifest is read or written."""
        for folder in (self.path(), *([] if read_only else [self.results_dir / ".pretrained"])):
            check_contents(folder)

    def warn(self, line: str) -> None:
        """Add a line to `warnings`, unless it is there already."""
        if line not in self.warnings:
            self.warnings.append(line)

    def path(self, *parts: str) -> Path:
        """Path of a file or folder of this experiment. Nothing is created."""
        return self.results_dir.joinpath(self.name, *parts)

    def lock_path(self, key: str) -> Path:
        """Folder of the lock of a cell."""
        return self.path("locks", key)

    def assignments_path(self, key: str) -> Path:
        """File of the cluster of each row, of a finished fit. It is absent until it is written for the stored fit."""
        return self.path("assignments", f"{key}.csv")

    def model_path(self, key: str) -> Path:
        """Folder of the fitted model of a finished fit. It is absent if the model was not kept."""
        return self.path("models", key)

    def preparation_path(self) -> Path:
        """File that says how new rows are prepared for the models. It is absent if no model was kept."""
        return self.path("models", PREPARATION)

    def has_model(self, record: Record) -> bool:
        """Whether the model of this fit is there: a model of an earlier fit of the cell does not count."""
        try:
            content = read_file(self.model_path(record.key) / MODEL_CONFIG)
        except FileNotFoundError:
            return False
        return hashlib.sha256(content).hexdigest() == record.model_digest

    def pretrained_path(self, key: str) -> Path:
        """File of pretrained weights. All experiments share it, because equal keys mean equal weights."""
        return self.results_dir / ".pretrained" / f"{key}.safetensors"

    def weights_lock_path(self, key: str) -> Path:
        """Folder of the lock of pretrained weights."""
        return self.pretrained_path(key).with_suffix(".lock")

    def has_pretrained(self, key: str, is_whole: Callable[[Path], bool]) -> bool:
        """Whether the file of pretrained weights exists. If `is_whole` returns False, it is set aside as damaged.

        Raises UsageError if the file cannot be read.
        """
        path = self.pretrained_path(key)
        try:
            if not path.exists():
                return False
            if is_whole(path):
                return True
        except FileNotFoundError:  # another driver process has just set it aside
            return False
        except OSError as error:
            raise cannot_read(path, error) from error
        self._set_aside(path, "its content has changed since it was written", WEIGHTS_REMEDY)
        return False

    def unknown(self) -> str:
        """The error for a name without an experiment: it names the experiments in the results folder."""
        if not self.results_dir.is_dir():
            return f"no experiment {self.name!r}: there is no folder {self.results_dir}; set --results-dir."
        there = ", ".join(sorted([*experiments(self.results_dir), *tables_over_all(self.results_dir)])) or "none"
        return f"no experiment {self.name!r} under {self.results_dir}; there: {there}."

    def is_published_copy(self) -> bool:
        """Whether the folder has tables but neither records nor attempts, as in a new clone of the repository."""
        records = (path for folder in ("cells", "attempts") for path in self.path(folder).rglob("*.json"))
        return self.path("cells.csv").exists() and next(records, None) is None

    def manifest(self) -> Manifest | None:
        """The manifest; None before the first run."""
        manifest = self._read(self.path("manifest.json"), Manifest)
        if manifest is None:
            return None
        if manifest.name != self.name and not self.read_only:
            self.warn(f"{self.path('manifest.json')}: it is the manifest of experiment '{manifest.name}'.")
        self._data = manifest.data
        return manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest."""
        self._write(self.path("manifest.json"), manifest)
        self._data = manifest.data

    def attempts(self, key: str) -> list[Attempt]:
        """All attempts of a cell, oldest first. `warnings` gets a line if attempts are missing."""
        folder = self.path("attempts", key)
        read = (self._attempt(path, key) for path in folder.glob("*.json"))
        attempts = sorted((attempt for attempt in read if attempt is not None), key=lambda attempt: attempt.number)
        n_known = len(attempts) + sum(1 for _ in folder.glob("*.json.corrupt"))
        if attempts and (n_missing := attempts[-1].number - n_known) > 0:
            self.warn(f"{folder}: {n_missing} of the {attempts[-1].number} attempts are missing and are not counted.")
        return attempts

    def last_attempts(self) -> list[Attempt]:
        """The last attempt of every cell in this folder, sorted by key."""
        keys = sorted(path.name for path in self.path("attempts").glob("*") if path.is_dir())
        return [attempts[-1] for key in keys if (attempts := self.attempts(key))]

    def add_attempt(self, attempt: Attempt) -> None:
        """Store `attempt` as the latest attempt of its cell."""
        folder = self.path("attempts", attempt.key)
        last = max((int(path.stem) for path in folder.glob("*.json") if _NUMBER.fullmatch(path.stem)), default=0)
        for number in count(last + 1):
            numbered = msgspec.structs.replace(attempt, number=number)
            with suppress(FileExistsError):  # another driver has just written this number
                self._write(folder / _attempt_file(number), numbered, replace=False, sync="content")
                return

    def finished(self, cell: Cell) -> Record | None:
        """The record of a finished fit; None if the record or its arrays are absent.

        The size of the arrays is checked here; their digest is checked when they are read.
        """
        path, arrays_path = self._cell_paths(cell.key)
        record = self._record(path, cell.key)
        if record is None:
            return None
        try:
            state = arrays_path.stat()
        except FileNotFoundError:
            self._set_aside(path, f"{arrays_path.name} is missing", CELL_REMEDY)
            return None
        except OSError as error:
            raise cannot_read(arrays_path, error) from error
        if stat.S_ISDIR(state.st_mode):
            raise cannot_read(arrays_path, IsADirectoryError())
        if state.st_size != record.arrays_bytes:
            self.discard_damaged(cell.key, f"it has {state.st_size} bytes; its record says {record.arrays_bytes}")
            return None
        return record

    def records(self) -> list[Record]:
        """The records of all finished fits in this folder, sorted by key."""
        records = (self._record(path, path.stem) for path in sorted(self.path("cells").glob("*.json")))
        return [record for record in records if record is not None]

    def write(
        self, record: Record, arrays: Mapping[str, NDArray[Any]], model: Mapping[str, bytes] = MappingProxyType({})
    ) -> bool:
        """Store a finished fit. If its cell is finished already, add a warning instead and return False.

        `model` has the files of the fitted model by name; it is empty if the model is not kept.
        """
        content = pack(arrays)
        stored = msgspec.structs.replace(
            record,
            arrays_digest=hashlib.sha256(content).hexdigest(),
            arrays_bytes=len(content),
            model_digest=hashlib.sha256(model[MODEL_CONFIG]).hexdigest() if model else "",
        )
        return self.write_packed(stored, content, model)

    def write_packed(
        self, record: Record, content: bytes | memoryview, model: Mapping[str, bytes] = MappingProxyType({})
    ) -> bool:
        """As `write`, for a record that has the digests already, and its file of arrays, `content`."""
        path, arrays_path = self._cell_paths(record.key)
        if self.finished(record.cell) is None:
            self.assignments_path(record.key).unlink(missing_ok=True)  # of an earlier fit
            with suppress(FileExistsError):
                self._write_arrays(record.cell, arrays_path, content)  # first, so that each record has its arrays
                for name, file in model.items():
                    atomic_write(self.model_path(record.key) / name, file, sync="content")
                self._write(path, record, replace=False)
                return True
        self.warn(f"{path}: the cell is finished already; the second result is dropped.")
        return False

    def _write_arrays(self, cell: Cell, path: Path, content: bytes | memoryview) -> None:
        """Write the arrays, unless another driver has just finished the fit: then raise FileExistsError.

        Their name is safe on the disk together with the name of the record, which is in the same folder.
        """
        try:
            atomic_write(path, content, replace=False, sync="content")
        except FileExistsError:
            if self.finished(cell) is not None:
                raise
            # A driver wrote these arrays and ended before it wrote the record.
            atomic_write(path, content, sync="content")

    def arrays(self, key: str) -> dict[str, NDArray[Any]]:
        """The arrays of a finished fit by name (`bench.store.arrays`), after a check of their digest.

        Raises RecordError if the record or the arrays are missing or damaged, or do not fit each other or the data of
        the manifest. Such arrays and their record are set aside, so that the cell counts as never run.
        """
        return self._checked_arrays(key)[2]

    def packed(self, key: str) -> tuple[Record, bytes]:
        """The record of a finished fit and the content of its file of arrays. Raises RecordError as `arrays`."""
        return self._checked_arrays(key)[:2]

    def _checked_arrays(self, key: str) -> tuple[Record, bytes, dict[str, NDArray[Any]]]:
        path, arrays_path = self._cell_paths(key)
        record = self._record(path, key)
        if record is None or not arrays_path.exists():
            raise RecordError(f"{arrays_path}: the record or the arrays of this cell are missing; {CELL_REMEDY}.")
        content = read_file(arrays_path)
        try:
            if hashlib.sha256(content).hexdigest() != record.arrays_digest:
                raise ValueError("its content differs from the digest in its record")
            arrays = unpack(content)
            check_arrays(arrays, record, self._data)
            return record, content, arrays
        except ValueError as error:
            self.discard_damaged(key, str(error))
            raise RecordError(f"{arrays_path}: damaged and set aside; {CELL_REMEDY}.") from error

    def discard_damaged(self, key: str, reason: str) -> None:
        """Set the arrays and the record of a cell aside, so that the cell counts as never run."""
        path, arrays_path = self._cell_paths(key)
        self._set_aside(arrays_path, reason, CELL_REMEDY, path)

    def discard(self, cell: Cell) -> None:
        """Remove the record, the arrays and the scores of a cell, but not its attempts."""
        # The record is removed first: arrays without a record do not count as a finished fit.
        for path in (*self._cell_paths(cell.key), self.path("scores", f"{cell.key}.json")):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.model_path(cell.key), ignore_errors=True)

    def scores(self, record: Record | None) -> Scores | None:
        """The metrics of a finished fit; None before it is scored, or without a record.

        Scores of other arrays, such as those of an earlier fit of the same cell, are set aside.
        """
        if record is None:
            return None
        path = self.path("scores", f"{record.key}.json")
        scores = self._read(path, Scores)
        if scores is not None and (scores.key, scores.arrays_digest) != (record.key, record.arrays_digest):
            self._set_aside(path, "it has the scores of another fit", REMEDIES[Scores])
            return None
        return scores

    def write_scores(self, scores: Scores) -> None:
        """Replace the metrics of a finished fit. After a power cut, the next run computes them again."""
        self._write(self.path("scores", f"{scores.key}.json"), scores, sync="nothing")

    def _cell_paths(self, key: str) -> tuple[Path, Path]:
        """Files of the record and of the arrays."""
        return self.path("cells", f"{key}.json"), self.path("cells", f"{key}.npz")

    def _record(self, path: Path, key: str) -> Record | None:
        record = self._read(path, Record)
        if record is None or self._belongs(record, key):
            return record
        self._set_aside(path, "it has the record of another cell, or of other data", CELL_REMEDY)
        return None

    def _attempt(self, path: Path, key: str) -> Attempt | None:
        attempt = self._read(path, Attempt)
        if attempt is None:
            return None
        if self._belongs(attempt, key) and path.name == _attempt_file(attempt.number):
            return attempt
        reason = f"it has attempt {attempt.number} of {attempt.key}, or an attempt on other data"
        self._set_aside(path, reason, REMEDIES[Attempt])
        return None

    def _belongs(self, value: Record | Attempt, key: str) -> bool:
        """Whether a record or an attempt is of the cell `key` and of the data of the manifest."""
        return value.key == value.cell.key == key and (self._data is None or self._data.digest == value.data_digest)

    def _set_aside(self, path: Path, reason: str, remedy: str, *dependent: Path) -> None:
        if self.read_only:
            self.warn(f"{path}: {' '.join(reason.split()).rstrip('.')}; it stays as it is, and is not used.")
        else:
            set_aside(self.warn, path, reason, remedy, *dependent)

    def _write(
        self, path: Path, value: msgspec.Struct, *, replace: bool = True, sync: Sync = "content and name"
    ) -> None:
        atomic_write(path, encode(value), replace=replace, sync=sync)

    def _read(self, path: Path, kind: type[Struct]) -> Struct | None:
        return self.value(path, kind, REMEDIES[kind])

    def value(self, path: Path, kind: type[Struct], remedy: str) -> Struct | None:
        """The value in a file of the folder; None without the file, and if it is damaged.

        A damaged file is set aside, unless the store is read only, and `warnings` gets one line with the `remedy`.
        """
        try:
            content = read_file(path)
            if not content:  # without hard links, a file is empty for a moment before it has its content
                sleep(_MOMENT)
                content = read_file(path)
            return decode(content, kind, str(path))
        except FileNotFoundError:
            return None
        except RecordError as error:
            self._set_aside(path, str(error).removeprefix(f"{path}: "), remedy)
            return None


def check_results_dir(results_dir: Path) -> None:
    """Raise UsageError if the path is not a folder, and not free for one."""
    if results_dir.exists() and not results_dir.is_dir():
        raise UsageError(f"--results-dir {results_dir} is not valid: it is a file; expected a folder.")


def experiments(results_dir: Path) -> list[str]:
    """The sorted names of the experiments in a results folder: those with a manifest. Empty without such a folder.

    Raises UsageError if the path is a file.
    """
    check_results_dir(results_dir)
    return sorted(path.parent.name for path in results_dir.glob("*/manifest.json"))


def tables_over_all(results_dir: Path) -> list[str]:
    """The sorted names of the tables over several data sets in a results folder: those with a list of data sets."""
    return sorted(path.parent.name for path in results_dir.glob(f"*/{SETS_FILE}"))


def _attempt_file(number: int) -> str:
    return f"{number:04}.json"
