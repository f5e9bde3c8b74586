"""Copies the files of one cell from several results folders into one."""

from collections.abc import Sequence

from bench.store.files import atomic_write, read_file
from bench.store.joining import Folder
from bench.store.records import Cell, RecordError
from bench.store.store import Store


def copy_cell(target: Store, cell: Cell, folders: Sequence[Folder]) -> bool:
    """Copy a cell into `target`: its fit, unless it is there, its scores and its attempts. Whether a fit was copied.

    The first folder whose arrays are whole gives the fit. The caller holds the lock of the cell, and has checked that
    the folders fit together. A folder whose arrays are damaged has a line in the warnings of its store.
    """
    having = [folder for folder in folders if cell.key in folder.finished]
    is_new = target.finished(cell) is None
    used = next((folder for folder in having if not is_new or _copy_fit(target, cell, folder)), None)
    if used is not None:
        _copy_scores(target, cell, having)
    # The attempts of the fit that is used come last: the last attempt shows whether a cell failed afterwards.
    for folder in sorted(folders, key=lambda each: each is used):
        _copy_attempts(target, cell, folder)
    return is_new and used is not None


def _copy_fit(target: Store, cell: Cell, folder: Folder) -> bool:
    source = folder.store
    try:
        record, content = source.packed(cell.key)
    except RecordError:  # the warnings of the store say why
        return False
    if record.arrays_digest != folder.finished[cell.key].arrays_digest:
        source.warn(f"{folder.title}: cell {cell.key} was run again during the merge, and is left out.")
        return False
    model = {}
    if source.has_model(record):
        model = {path.name: read_file(path) for path in sorted(source.model_path(cell.key).iterdir())}
    if model and source.preparation_path().exists() and not target.preparation_path().exists():
        atomic_write(target.preparation_path(), read_file(source.preparation_path()), sync="content")
    return target.write_packed(record, content, model)


def _copy_scores(target: Store, cell: Cell, having: Sequence[Folder]) -> None:
    """Copy scores and assignments that `target` lacks; they belong to the same arrays in every folder."""
    record = target.finished(cell)
    for folder in having:
        if record is None or record.arrays_digest != folder.finished[cell.key].arrays_digest:
            continue
        if target.scores(record) is None and (scores := folder.store.scores(folder.finished[cell.key])) is not None:
            target.write_scores(scores)
        path, copy = folder.store.assignments_path(cell.key), target.assignments_path(cell.key)
        if path.exists() and not copy.exists():
            atomic_write(copy, read_file(path), sync="nothing")


def _copy_attempts(target: Store, cell: Cell, folder: Folder) -> None:
    known = {attempt.id for attempt in target.attempts(cell.key)}
    for attempt in folder.store.attempts(cell.key):
        if attempt.id not in known:
            target.add_attempt(attempt)
