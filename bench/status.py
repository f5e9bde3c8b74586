"""How far the cells of an experiment are, as any process may see it from the results folder."""

from collections.abc import Mapping
from time import sleep

from bench.claims import BEAT_SECONDS, Claim, is_elsewhere, is_gone, read_claim
from bench.errors import UsageError
from bench.progress import cell_title
from bench.records import Cell
from bench.remaining import duration, seconds_left
from bench.store import Store

_SILENT = "; it gives no sign of life"


def status_lines(store: Store) -> list[str]:
    """One line for the whole and one for each cell that runs. Raises UsageError if there is no such experiment."""
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(f"no experiment {store.name!r} under {store.results_dir}.")
    running = {cell.key: claim for cell in manifest.cells if (claim := _runs(store, cell)) is not None}
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


def _runs(store: Store, cell: Cell) -> Claim | None:
    claim = read_claim(store.claim_path(cell.key))
    return None if claim is None or is_gone(claim) else claim


def _failed(store: Store, cell: Cell) -> bool:
    return any(attempt.ending != "ok" for attempt in store.attempts(cell.key)[-1:])


def _silent(store: Store, running: Mapping[str, Claim]) -> set[str]:
    """The cells whose holders, on other machines, let no claim beat while one looks."""
    elsewhere = {key: claim for key, claim in running.items() if is_elsewhere(claim)}
    if not elsewhere:
        return set()
    sleep(3 * BEAT_SECONDS)
    again = {key: read_claim(store.claim_path(key)) for key in elsewhere}
    return {key for key, claim in elsewhere.items() if (now := again[key]) is not None and now.beat == claim.beat}


def _line(cell: Cell, claim: Claim) -> str:
    parts = [f"{claim.phase} {claim.done:.0f}/{claim.total:.0f}"] if claim.phase else ["starting"]
    if claim.loss is not None:
        parts.append(f"loss {claim.loss:.4g}")
    return f"{cell_title(cell)}: {', '.join(parts)} ({claim.host}, process {claim.pid})"
