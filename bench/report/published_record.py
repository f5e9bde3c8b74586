"""The record and the attempts of a cell, as far as its row of a published cells.csv has them."""

from collections.abc import Sequence
from math import nan
from typing import get_args

from msgspec.structs import replace

from bench.report.csv_rows import Row
from bench.report.outcomes import count_of_attempts
from bench.report.record_columns import CERTAINTY, PRETRAINED, WARNINGS
from bench.report.tables.frames import PHASE
from bench.store.records import Attempt, Cell, Ending, Environment, Failure, Manifest, Number, Record

STATUSES = ("ok", "failed", "missing")


def published_record(cell: Cell, row: Row, manifest: Manifest, attempts: Sequence[Attempt]) -> Record:
    """The record of a finished cell; fields without a column have their defaults, and `started_at` is empty.

    Raises UsageError if a field that every fit has is empty, or if a field is damaged.
    """
    made = attempts[0].id if attempts and row.text("host") else ""
    return Record(
        key=cell.key,
        cell=cell,
        attempt=made,
        started_at="",
        environment=_environment(row, manifest),
        code_version=row.known("code_version", row.text("code_version")),
        plugin=row.text("plugin") or "",
        data_digest=row.text("data_digest") or manifest.data.digest,
        arrays_digest=row.text("arrays_digest") or "",
        fit_seconds=row.known("fit_seconds", row.seconds("fit_seconds")),
        phase_seconds=_phase_seconds(row),
        device=row.text("device"),
        precision=row.text("precision"),
        n_iter=row.count("n_iter"),
        n_parameters=row.count("n_parameters"),
        count_option=row.text("count_option"),
        takes_seed=row.flag("takes_seed"),
        n_prototypes=row.count("n_prototypes"),
        reconstruction_error=row.number("reconstruction_error"),
        grid_shape=row.grid("grid_shape"),
        pretrained=_pretrained(cell, row),
        certainty=row.json(CERTAINTY, dict[str, Number]) or {},
        warnings=row.json(WARNINGS, list[str]) or [],
    )


def _environment(row: Row, manifest: Manifest) -> Environment:
    """The environment of the last run, with all that the row says of its own."""
    environment = replace(manifest.environment, threads=row.known("threads", row.count("threads")))
    if "processor" not in row.fields:
        return environment
    return replace(
        environment,
        processor=row.text("processor") or "",
        accelerator=row.text("accelerator"),
        commit=row.text("commit"),
    )


def _phase_seconds(row: Row) -> dict[str, float]:
    phases = [name for name in row.fields if name.startswith(PHASE)]
    return {name.removeprefix(PHASE): seconds for name in phases if (seconds := row.seconds(name)) is not None}


def _pretrained(cell: Cell, row: Row) -> str | None:
    """The key of the pretrained autoencoder. Without the column, no two cells have the same key.

    So nothing is compared as if two fits had started from the same autoencoder.
    """
    if PRETRAINED in row.fields:
        return row.text(PRETRAINED)
    return None if cell.preset is None else f"not known: {cell.key}"


def known_attempts(cell: Cell, row: Row, data_digest: str) -> tuple[list[Attempt], int]:
    """The attempts of which more is known than that they were made, oldest first, and the number of the others.

    Their seconds are NaN. Raises UsageError if a field is damaged.
    """
    status, number, last, host = row.text("status"), row.count("attempts"), _last_ending(row), row.text("host")
    if status not in STATUSES:
        raise row.wrong("status", f"{', '.join(STATUSES[:-1])} or {STATUSES[-1]}")
    made: Ending = "ok" if status == "ok" else last or ("failed" if status == "failed" else "ok")
    endings: list[Ending] = [made] if host is not None or status == "failed" else []
    endings += [last] if status == "ok" and last not in (None, "ok") else []
    if number is not None and number < len(endings):
        raise row.wrong("attempts", f"{len(endings)} or more")
    known = [_attempt(cell, row, ending, data_digest) for ending in endings]
    return known, 0 if number is None else number - len(known)


def _attempt(cell: Cell, row: Row, ending: Ending, data_digest: str) -> Attempt:
    return Attempt(
        key=cell.key,
        cell=cell,
        ending=ending,
        failure=_failure(row) if row.text("status") == "failed" else None,
        started_at="",
        wall_seconds=nan,
        peak_bytes=row.count("peak_bytes"),
        peak_gpu_bytes=row.count("peak_gpu_bytes"),
        host=row.text("host") or "",
        data_digest=data_digest,
    )


def _last_ending(row: Row) -> Ending | None:
    found = row.text("last_ending")
    endings: dict[str, Ending] = {ending: ending for ending in get_args(Ending)}
    if found is not None and found not in endings:
        raise row.wrong("last_ending", f"one of {', '.join(endings)}")
    return endings.get(found or "")


def _failure(row: Row) -> Failure:
    """The failure in the column `error`, without the number of attempts, which `Outcome.error` adds again."""
    error = row.text("error")
    if error is None:
        raise row.wrong("error", "the error, because the cell has failed")
    return failure_in(error.removesuffix(count_of_attempts(row.count("attempts") or 1)))


def failure_in(line: str) -> Failure:
    """The failure of which `line` is the only line.

    >>> failure_in("ValueError: no: nothing")
    Failure(type='ValueError', message='no: nothing', traceback='')
    """
    kind, _, message = line.partition(":")
    return Failure(type=kind, message=message.strip())
