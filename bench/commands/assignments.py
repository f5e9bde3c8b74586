"""Writes the assignments of finished fits that have none, such as the fits of an earlier version."""

from rich.console import Console

from bench.commands.figures import load_for
from bench.errors import UsageError
from bench.report.outcomes import read
from bench.running.assignments import write_assignments
from bench.store.store import Store


def write_missing_assignments(store: Store, console: Console) -> None:
    """Write the missing files. The data are loaded only if a file is missing, because they have the names of the rows.

    If the data cannot be loaded, the store gets one warning with the reason.
    """
    missing = [each.cell for each in read(store).ok if not store.assignments_path(each.cell.key).exists()]
    if not missing:
        return
    try:
        data = load_for(store, console)
    except UsageError as error:
        store.warn(f"{store.path('assignments')}: {len(missing)} files are missing and cannot be written: {error}")
        return
    write_assignments(missing, data, store)
