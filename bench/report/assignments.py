"""Reads the file of a finished fit that says which row is in which cluster, and how strongly."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.errors import UsageError
from bench.store import arrays as names
from bench.store.command import command
from bench.store.records import Cell
from bench.store.store import Store

COLUMNS: dict[str, Any] = {
    "row": "int64",
    "name": str,
    "split": str,
    "cluster": "int64",
    "strength": "float64",
    "strength_kind": str,
}
"""The columns of the file, and their types. `bench.running.assignments` writes them."""

KINDS = {
    "q": "q is the soft assignment of DEC to the cluster: 1 is certain.",
    "posterior": "posterior is the probability of the cluster in the mixture: 1 is certain.",
    "margin": "margin is (d2 - d1) / max(d1, d2), from the distances d1 to the own cluster and d2 to the next one: 1 "
    "is certain, 0 is between two clusters, below 0 the other one is nearer.",
}
"""What each kind of strength means."""


def read_assignments(store: Store, cell: Cell) -> pd.DataFrame:
    """One row for each sample of a finished fit: its row number in the source, its name (None where the source has
    none), its split, its cluster, the strength of the assignment (NaN where there is none) and its kind.

    Raises UsageError if the file is missing or is not that of the stored fit, and RecordError if the arrays of the fit
    are damaged.
    """
    path = store.assignments_path(cell.key)
    remedy = f"{command('report', store.name, store.results_dir)} writes it"
    try:
        frame = pd.read_csv(path, dtype=COLUMNS, keep_default_na=False, na_values={"strength": [""]}, encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; {remedy}.") from None
    except (ValueError, OSError) as error:  # pandas' errors of parsing are ValueErrors
        reason = " ".join(str(error).split())
        raise UsageError(f"{path} is damaged ({reason}); remove it: {remedy} again.") from None
    if list(frame) != list(COLUMNS) or not np.array_equal(frame["cluster"], _labels(store, cell)):
        raise UsageError(f"{path} does not have the clusters of the stored fit; remove it: {remedy} again.")
    if not frame["name"].any():
        frame["name"] = None
    return frame


def _labels(store: Store, cell: Cell) -> NDArray[np.int64]:
    labels: NDArray[np.int64] = store.arrays(cell.key)[names.LABELS]
    return labels


def shown_name(frame: pd.DataFrame, place: int) -> str:
    """How readers see the sample at `place` of a frame of `read_assignments`: its name, or `row 17` without one."""
    return str(frame["name"].iat[place] or f"row {frame['row'].iat[place]}")
