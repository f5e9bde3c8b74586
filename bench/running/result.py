"""The result of an attempt: one value from the fit to the record."""

from typing import Any

import msgspec
from numpy.typing import NDArray

from bench.store.records import Attempt, Record


class Result(msgspec.Struct, tag=True):
    """The attempt and, if it succeeded, the record and the arrays of the fit."""

    attempt: Attempt
    record: Record | None = None
    """None if the attempt failed."""
    arrays: dict[str, NDArray[Any]] = {}
    """By the names in `bench.store.arrays`; empty if the attempt failed."""
    lost: list[Attempt] = []
    """Earlier attempts, whose worker was lost before the cluster started the cell again."""
