"""Adds the cells of a run to the manifest of its results folder."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import sleep

from bench.errors import UsageError
from bench.running.job import Job, plugin_source
from bench.store.locks import Locks
from bench.store.records import Attempt, Cell, DataSummary, Manifest, Record
from bench.store.store import Store

_POLL_SECONDS = 0.1


def merged_manifest(job: Job, cells: Sequence[Cell], command: str, note: str = "") -> tuple[Manifest, list[str]]:
    """The manifest of the results folder with these cells added, and caveats for the user.

    `note` is a caveat for every table; the manifest keeps it. Nothing is written. Raises UsageError if the folder has
    results on other data, or of another class with the same alias.
    """
    old = job.store.manifest()
    if old is None:
        return _new_manifest(job, cells, command, note), []
    code = job.code
    check_same_data(job.store, old, job.data.summary())
    _check_aliases(old, cells)
    caveats = []
    if code not in old.code_versions:
        caveats.append(
            f"the methods have changed (code version {code}; results '{old.name}' have "
            f"{', '.join(old.code_versions)}): the tables show old and new cells together and say so; --force runs "
            "all cells again, another --name keeps them apart."
        )
    caveats += _other_plugins(job, cells)
    known = {cell.key for cell in old.cells}
    manifest = Manifest(
        name=old.name,
        commands=old.commands + [command] * (command not in old.commands),
        notes=old.notes + [note] * bool(note and note not in old.notes),
        created_at=old.created_at,
        data=old.data,
        environment=job.environment,
        code_versions=old.code_versions + [code] * (code not in old.code_versions),
        cells=old.cells + [cell for cell in cells if cell.key not in known],
    )
    return manifest, caveats


def check_same_data(store: Store, old: Manifest, data: DataSummary) -> None:
    """Raise UsageError if the manifest of a results folder is of other data."""
    if old.data.digest != data.digest:
        raise UsageError(
            f"results '{old.name}' are on data set '{old.data.title}' ({old.data.split}, {old.data.digest[:12]}), but "
            f"this run is on '{data.title}' ({data.split}, {data.digest[:12]}); choose another --name."
        )
    if old.data.sizes != data.sizes:
        raise UsageError(
            f"the manifest of results '{old.name}' is wrong: it states samples, features and image shape "
            f"{old.data.sizes}, but the data have {data.sizes}; remove {store.path('manifest.json')}, "
            "and this command writes it again."
        )


def _check_aliases(old: Manifest, cells: Sequence[Cell]) -> None:
    """Raise UsageError if a method of these cells has the name of another class in the results folder."""
    known = {cell.method: cell.implementation for cell in old.cells}
    for cell in cells:
        if (before := known.get(cell.method, cell.implementation)) != cell.implementation:
            raise UsageError(
                f"results '{old.name}' have a method '{cell.method}', which is {before}, and here it is "
                f"{cell.implementation}; choose another --alias, or another --name."
            )


def _other_plugins(job: Job, cells: Sequence[Cell]) -> list[str]:
    """One line for each method whose finished cells were made with another version of its plug-in than this one."""
    changed: dict[tuple[str, str, str], int] = {}
    for cell in cells:
        record = job.store.finished(cell) if cell.is_third_party else None
        if record is not None and record.plugin != (now := plugin_source(cell)):
            key = cell.method, record.plugin or "no plug-in", now or "no plug-in"
            changed[key] = changed.get(key, 0) + 1
    return [
        f"{method}: {count} finished cells were made with {before}, and now it is {now}: the tables show old and new "
        "cells together and say so; --force runs all cells again, another --name keeps them apart."
        for (method, before, now), count in changed.items()
    ]


def _new_manifest(job: Job, cells: Sequence[Cell], command: str, note: str) -> Manifest:
    """The manifest of a first run, or of a folder whose manifest is damaged.

    Cells with a record or an attempt on the same data are kept. Then a note says what else may be missing.
    """
    data, now = job.data.summary(), datetime.now(UTC).isoformat(timespec="seconds")
    found: list[Record | Attempt] = [*job.store.records(), *job.store.last_attempts()]
    stored = [each for each in found if each.data_digest == data.digest and each.cell.n_needed <= data.n_samples]
    lost = f"The manifest was lost and made again on {now[:10]}: earlier notes and cells that never ran are missing."
    return Manifest(
        name=job.store.name,
        commands=[command],
        notes=[note] * bool(note) + [lost] * bool(stored),
        created_at=now,
        data=data,
        environment=job.environment,
        code_versions=sorted({job.code, *(each.code_version for each in stored if isinstance(each, Record))}),
        cells=list({cell.key: cell for cell in (*cells, *(each.cell for each in stored))}.values()),
    )


def write_merged_manifest(
    job: Job, cells: Sequence[Cell], command: str, note: str, locks: Locks, check: Callable[[], None]
) -> tuple[Manifest, list[str]]:
    """Write the merged manifest under a lock, and return it with its caveats. Raises the errors of `merged_manifest`.

    While another driver process holds the lock, `check` is called again and again; it may raise to end the wait.
    """
    lock = job.store.lock_path("manifest")
    while not locks.take(lock):
        check()
        sleep(_POLL_SECONDS)
    try:
        manifest, caveats = merged_manifest(job, cells, command, note)
        job.store.write_manifest(manifest)
    finally:
        locks.release(lock)
    return manifest, caveats
