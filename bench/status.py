"""How far the cells of an experiment are, as any process may see it from the results folder."""

from bench.claims import Claim, is_gone, read_claim
from bench.errors import UsageError
from bench.progress import cell_title
from bench.records import Cell
from bench.remaining import duration, seconds_left
from bench.store import Store


def status_lines(store: Store) -> list[str]:
    """One line for the whole and one for each cell that runs. Raises UsageError if there is no such experiment."""
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(f"no experiment {store.name!r} under {store.results_dir}.")
    running = {cell.key: claim for cell in manifest.cells if (claim := _runs(store, cell)) is not None}
    finished = [cell for cell in manifest.cells if store.finished(cell) is not None]
    open_ = [cell for cell in manifest.cells if cell not in finished]
    failed = [cell for cell in open_ if cell.key not in running and store.attempts(cell.key)]
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
    return [whole, *(_line(cell, running[cell.key]) for cell in manifest.cells if cell.key in running)]


def _runs(store: Store, cell: Cell) -> Claim | None:
    claim = read_claim(store.claim_path(cell.key))
    return None if claim is None or is_gone(claim) else claim


def _line(cell: Cell, claim: Claim) -> str:
    parts = [f"{claim.phase} {claim.done:.0f}/{claim.total:.0f}"] if claim.phase else ["starting"]
    if claim.loss is not None:
        parts.append(f"loss {claim.loss:.4g}")
    return f"{cell_title(cell)}: {', '.join(parts)} ({claim.host}, process {claim.pid})"
