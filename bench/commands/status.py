"""The states of cells, read from the results folder, for the command `status` and the option `--dry-run`."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from time import sleep

from bench.commands.estimate import estimate
from bench.console.eta import TimeLeft, duration
from bench.console.progress import cell_title
from bench.errors import UsageError
from bench.store.lock_files import Lock, is_elsewhere, is_gone, read_lock
from bench.store.locks import BEAT_SECONDS
from bench.store.records import Attempt, Cell, DataSummary
from bench.store.store import Store


def status_lines(store: Store) -> list[str]:
    """One line for all cells and one line for each running cell. Raises UsageError if there is no such experiment."""
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(store.unknown())
    if store.is_published_copy():
        return [f"{store.name}: published tables without their records; {len(manifest.cells)} cells"]
    running = {cell.key: lock for cell in manifest.cells if (lock := _lock_of_running(store, cell)) is not None}
    silent = _silent(store, running)
    attempts = {cell.key: store.attempts(cell.key) for cell in manifest.cells}
    unfinished = [cell for cell in manifest.cells if store.finished(cell) is None]
    failed = {c.key for c in unfinished if c.key not in running and _has_failed(attempts[c.key])}
    n_waiting = len(unfinished) - len(running) - len(failed)
    counts = [f"{len(manifest.cells) - len(unfinished)} of {len(manifest.cells)} cells finished"]
    counts += [f"{len(running)} running"]
    counts += [f"{n_waiting} to run"] if n_waiting else []
    counts += [f"{len(failed)} failed"] if failed else []
    time_left = TimeLeft(cell for cell in unfinished if cell.key not in failed)
    for attempt in itertools.chain.from_iterable(attempts.values()):
        if attempt.ending == "ok":
            time_left.took(attempt.cell, attempt.wall_seconds)
    total = f"{store.name}: {', '.join(counts)}"
    if running:
        left = time_left.seconds(len(running))
        total += "; time left unknown" if left is None else f"; about {duration(left)} left"
    lines = [
        _line(cell_title(cell, manifest.cells), running[cell.key], cell.key in silent)
        for cell in manifest.cells
        if cell.key in running
    ]
    return [total, *lines]


def dry_run_lines(
    store: Store, cells: Sequence[Cell], data: DataSummary, force: bool, n_at_once: Callable[[Sequence[Cell]], int]
) -> list[str]:
    """One line for each cell with its state, and one with the expected time of the cells to run.

    `force`: finished cells run again, too. `n_at_once`: the number of these cells that run at the same time.
    """
    lines, to_run = [], []
    for cell in cells:
        if store.finished(cell) is not None:
            state = "done, to run again" if force else "done"
        else:
            state = "failed, to run again" if _has_failed(store.attempts(cell.key)) else "to run"
        to_run += [] if state == "done" else [cell]
        lines.append(f"{state:20} {cell_title(cell, cells)}")
    return [*lines, estimate(store, cells, to_run, data, n_at_once(to_run))]


def _lock_of_running(store: Store, cell: Cell) -> Lock | None:
    """The lock of a running cell; None if the cell does not run."""
    lock = read_lock(store.lock_path(cell.key), store.warn)
    return None if lock is None or is_gone(lock) else lock


def _has_failed(attempts: Sequence[Attempt]) -> bool:
    return bool(attempts) and attempts[-1].has_failed


def _silent(store: Store, running: Mapping[str, Lock]) -> set[str]:
    """Keys of the cells on other machines whose locks did not beat during three intervals."""
    elsewhere = {key: lock for key, lock in running.items() if is_elsewhere(lock)}
    if not elsewhere:
        return set()
    sleep(3 * BEAT_SECONDS)
    again = {key: read_lock(store.lock_path(key)) for key in elsewhere}
    return {key for key, lock in elsewhere.items() if (now := again[key]) is not None and now.beat == lock.beat}


def _line(title: str, lock: Lock, is_silent: bool) -> str:
    progress = lock.progress
    parts = ["starting"] if progress is None else [f"{progress.phase} {progress.done:.0f}/{progress.total:.0f}"]
    if progress is not None and progress.loss is not None:
        parts.append(f"loss {progress.loss:.4g}")
    silence = "; no heartbeat from its driver process" if is_silent else ""
    return f"{title}: {', '.join(parts)} ({lock.host}, process {lock.pid}){silence}"
