"""How far the cells of an experiment are, as any process may see it from the results folder."""

from collections.abc import Mapping
from time import sleep

from bench.console.eta import duration, seconds_left
from bench.console.progress import cell_title
from bench.errors import UsageError
from bench.store.lock_files import Lock, is_elsewhere, is_gone, read_lock
from bench.store.locks import BEAT_SECONDS
from bench.store.records import Cell
from bench.store.store import Store

_SILENT = "; it gives no sign of life"


def status_lines(store: Store) -> list[str]:
    """One line for the whole and one for each cell that runs. Raises UsageError if there is no such experiment."""
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(f"no experiment {store.name!r} under {store.results_dir}.")
    running = {cell.key: lock for cell in manifest.cells if (lock := _runs(store, cell)) is not None}
    silent = _silent(store, running)
    finished = [cell for cell in manifest.cells if store.finished(cell) is not None]
    open_ = [cell for cell in manifest.cells if cell not in finished]
    failed = [cell for cell in open_ if cell.key not in running and _failed(store, cell)]
    waiting = len(open_) - len(running) - len(failed)
    counts = [f"{len(finished)} of {len(manifest.cells)} cells finished", f"{len(running)} running"]
    counts += [f"{waiting} to run"] if waiting else []
    counts += [f"{len(failed)} failed"] if failed else []
    attempts = (attempt for cell in manifest.cells for attempt in store.attempts(cell.key))
    took = [(attempt.cell, attempt.wall_seconds) for attempt in attempts if attempt.ending == "ok"]
    left = seconds_left(took, [cell for cell in open_ if cell not in failed], len(running))
    whole = f"{store.name}: {', '.join(counts)}"
    if running:
        whole += "; time left unknown" if left is None else f"; about {duration(left)} left"
    shown = [cell for cell in manifest.cells if cell.key in running]
    return [whole, *(_line(cell, running[cell.key]) + _SILENT * (cell.key in silent) for cell in shown)]


def _runs(store: Store, cell: Cell) -> Lock | None:
    lock = read_lock(store.lock_path(cell.key))
    return None if lock is None or is_gone(lock) else lock


def _failed(store: Store, cell: Cell) -> bool:
    return any(attempt.ending != "ok" for attempt in store.attempts(cell.key)[-1:])


def _silent(store: Store, running: Mapping[str, Lock]) -> set[str]:
    """The cells whose holders, on other machines, let no lock beat while one looks."""
    elsewhere = {key: lock for key, lock in running.items() if is_elsewhere(lock)}
    if not elsewhere:
        return set()
    sleep(3 * BEAT_SECONDS)
    again = {key: read_lock(store.lock_path(key)) for key in elsewhere}
    return {key for key, lock in elsewhere.items() if (now := again[key]) is not None and now.beat == lock.beat}


def _line(cell: Cell, lock: Lock) -> str:
    progress = lock.progress
    parts = ["starting"] if progress is None else [f"{progress.phase} {progress.done:.0f}/{progress.total:.0f}"]
    if progress is not None and progress.loss is not None:
        parts.append(f"loss {progress.loss:.4g}")
    return f"{cell_title(cell)}: {', '.join(parts)} ({lock.host}, process {lock.pid})"
