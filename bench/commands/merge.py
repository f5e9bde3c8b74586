"""The command `merge`: joins the records of several results folders into one experiment."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from rich.console import Console

from bench.commands.report import report
from bench.console.progress import print_line, share_bar
from bench.errors import UsageError
from bench.machine.interrupt import check, shielded
from bench.store.copying import copy_cell
from bench.store.disk import weak_promises
from bench.store.joining import Folder, check_together, differences, joined_manifest, left_out, open_folder
from bench.store.lock_files import is_elsewhere, is_gone, read_lock
from bench.store.locks import STALE_SECONDS, Locks
from bench.store.records import Cell
from bench.store.sets import is_over_all
from bench.store.store import Store

_POLL_SECONDS = 0.1


def merge(folders: Sequence[Path], store: Store, command: str, console: Console) -> int:
    """Copy the cells of all folders into `store`, and write its tables. Return 0.

    The folders are only read. What is in `store` already stays. After an interruption, the same call continues.
    `command` is the command as the user typed it, for the manifest.

    Raises UsageError, one line, if a folder is not a results folder, if the folders or the results in `store` do not
    fit together, or if another process makes a cell of `store` that would be copied.
    """
    sources = _sources(folders, store)
    try:
        together = _with_target(sources, store)
        check_together(together)
        _check_any(sources)
        _check_idle(sources, store)
        if line := weak_promises(store.path()):
            print_line(console, f"warning: {line}")
        for line in [*_running(sources), *differences(together), *left_out(sources)]:
            print_line(console, f"warning: {line}")
        with shielded(), Locks(store.warn) as locks:
            _write_manifest(sources, store, command, locks)
            _copy(sources, store, locks, console)
    finally:
        for source in sources:
            for warning in source.store.warnings:
                store.warn(warning)
    report(store, None, console)
    return 0


def _sources(folders: Sequence[Path], store: Store) -> list[Folder]:
    for number, folder in enumerate(folders):
        if folder.exists() and store.path().exists() and folder.samefile(store.path()):
            raise UsageError(f"{folder} is the folder that is written; leave it out: its cells stay in it.")
        if any(folder.exists() and other.exists() and folder.samefile(other) for other in folders[:number]):
            raise UsageError(f"{folder} is named twice; expected each results folder once.")
    return [open_folder(folder) for folder in folders]


def _with_target(sources: Sequence[Folder], store: Store) -> list[Folder]:
    """The sources after the results in `store`, if there are any. Raises UsageError if cells cannot be added there."""
    if is_over_all(store):
        raise UsageError(f"results '{store.name}' are a table over several data sets; choose another --name.")
    manifest = store.manifest()
    if store.is_published_copy():
        raise UsageError(
            f"results '{store.name}' are published tables without their records, and a merge would overwrite them; "
            "choose another --name."
        )
    if manifest is None and any(store.path("cells").glob("*.json")):
        raise UsageError(
            f"results '{store.name}' have records, but no manifest; the command that made them writes it again, or "
            "choose another --name."
        )
    target = [] if manifest is None else [Folder(str(store.path()), store, manifest)]
    return [*target, *sources]


def _check_any(sources: Sequence[Folder]) -> None:
    """Raise UsageError if no cell of any folder has finished or failed: then there is nothing to show."""
    if not any(source.tried for source in sources):
        titles = ", ".join(source.title for source in sources)
        raise UsageError(f"no cell has finished or failed in {titles}; there is nothing to merge.")


def _check_idle(sources: Sequence[Folder], store: Store) -> None:
    """Raise UsageError if another process of this machine makes a cell of `store` that would be copied."""
    for cell in _to_copy(sources):
        lock = read_lock(store.lock_path(cell.key), store.warn)
        if lock is not None and not is_elsewhere(lock) and not is_gone(lock):
            raise _is_made(cell, store)


def _to_copy(sources: Sequence[Folder]) -> list[Cell]:
    """The cells that were run in any of the sources, each once."""
    return list({cell.key: cell for source in sources for cell in source.tried}.values())


def _is_made(cell: Cell, store: Store) -> UsageError:
    return UsageError(
        f"another process is making cell {cell.key} of results '{store.name}' now; wait for its end, and give this "
        "command again."
    )


def _running(sources: Sequence[Folder]) -> list[str]:
    """One line for each source in which cells are running now."""
    lines = []
    for source in sources:
        locks = [
            read_lock(source.store.lock_path(cell.key))
            for cell in source.manifest.cells
            if cell.key not in source.finished
        ]
        if n_running := sum(lock is not None and not is_gone(lock) for lock in locks):
            lines.append(
                f"{source.title}: {n_running} cells seem to be running and are merged without a result; give this "
                "command again when they have finished."
            )
    return lines


def _write_manifest(sources: Sequence[Folder], store: Store, command: str, locks: Locks) -> None:
    """Write the manifest of all cells under its lock; other processes may have added cells since the first look."""
    lock = store.lock_path("manifest")
    _wait(partial(locks.take, lock))
    try:
        together = _with_target(sources, store)
        check_together(together)
        store.write_manifest(joined_manifest(store.name, together, command))
    finally:
        locks.release(lock)


def _copy(sources: Sequence[Folder], store: Store, locks: Locks, console: Console) -> None:
    """Copy every cell, each under its lock, and print how many fits were copied."""
    cells = _to_copy(sources)
    n_copied = n_same = 0
    with share_bar(console, "copying cells") as show_share:
        for number, cell in enumerate(cells):
            check()
            lock = store.lock_path(cell.key)
            if not _wait(partial(locks.take, lock), monotonic() + STALE_SECONDS + 2):
                raise _is_made(cell, store)
            try:
                is_copied = copy_cell(store, cell, sources)
            finally:
                is_finished = store.finished(cell) is not None
                locks.release(lock, done=is_finished)
            n_copied += is_copied
            n_same += is_finished and sum(cell.key in source.finished for source in sources) > is_copied
            show_share((number + 1) / len(cells))
    print_line(console, f"{n_copied} finished cells are copied to {store.path()}.")
    if n_same:
        print_line(
            console,
            f"{n_same} cells are in several folders, or were in {store.path()} already, with equal arrays; the first "
            "record of each is used.",
        )


def _wait(is_done: Callable[[], bool], deadline: float | None = None) -> bool:
    """Wait until `is_done` returns True; False if that takes until the deadline. An interruption ends the wait."""
    while not is_done():
        check()
        if deadline is not None and monotonic() > deadline:
            return False
        sleep(_POLL_SECONDS)
    return True
