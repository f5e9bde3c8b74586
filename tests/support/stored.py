"""Records of fits that were never made."""

from typing import Any

from bench.store.records import Cell, Environment, Record

ENVIRONMENT = Environment(
    python="3.11", platform="Linux", processor="P", cores=2, threads=2, accelerator=None, versions={}, commit=None
)


def record_of(cell: Cell, **fields: Any) -> Record:
    """A record of `cell`; `fields` replace its other fields."""
    others = {
        "attempt": "a",
        "started_at": "2025-01-01T00:00:00Z",
        "environment": ENVIRONMENT,
        "code_version": "c",
        "data_digest": "d",
        "fit_seconds": 1.0,
    }
    return Record(key=cell.key, cell=cell, **(others | fields))
