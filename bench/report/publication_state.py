"""What the results folders of a published experiment have: code version, device and seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import UsageError
from bench.report.groups import group
from bench.report.numbers import number_range
from bench.report.published_outcomes import read_for_tables
from bench.store.store import Store

NO_SEEDS = "–"


@dataclass(frozen=True)
class FolderState:
    """One results folder."""

    code_versions: tuple[str, ...]
    """Of its finished cells, sorted; empty if there are none."""
    devices: tuple[str, ...]
    """On which its networks were trained, sorted; empty without networks."""
    seeds: tuple[int, ...]
    """Number of seeds of each row."""
    n_missing: int
    """Number of cells that have not run."""
    is_copy: bool
    """Whether it has published tables without their records, so that it cannot be continued."""


def state_of(results_dir: Path, folder: str) -> FolderState | None:
    """The state of a results folder; None if it has no finished cell. Raises UsageError as `read_for_tables`.

    The error of a folder with a damaged file says which file that is.
    """
    path = results_dir / folder
    store = Store(path.parent, path.name, read_only=True)
    if not store.path("manifest.json").exists():
        return None
    if not store.is_published_copy() and not any(store.path("cells").glob("*.json")):
        return None
    try:
        outcomes = read_for_tables(store)
    except UsageError as error:
        raise UsageError(store.warnings[0] if store.warnings else str(error)) from None
    finished = [outcome.record for outcome in outcomes.ok if outcome.record is not None]
    networks = {record.device for record in finished if record.cell.preset is not None and record.device is not None}
    return FolderState(
        tuple(sorted({record.code_version for record in finished})),
        tuple(sorted(networks)),
        tuple(len(each.records) for each in group(outcomes.all)),
        sum(outcome.status == "missing" for outcome in outcomes.all),
        store.is_published_copy(),
    )


def seeds_text(states: Sequence[FolderState]) -> str:
    """The number of seeds of all rows, such as `5` or `2–10`."""
    return number_range((count for state in states for count in state.seeds), "") or NO_SEEDS
