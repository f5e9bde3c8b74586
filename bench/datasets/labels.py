"""True labels as indices into class names."""

import datasets
import numpy as np
import numpy.typing as npt

from bench.errors import UsageError

Labels = tuple[npt.NDArray[np.int64] | None, list[str] | None]

HIDDEN = -1
"""What sets of the Hub put in place of labels that they withhold."""


def read_labels(table: datasets.Dataset, column: str | None, source: str) -> Labels:
    """Labels and class names of all rows; (None, None) where the set carries no labels or hides all of them.

    A column without declared classes gets its distinct values, sorted, as classes.
    """
    if column is None:
        return None, None
    values = table.select_columns([column])[:][column]  # alone: images beside it would be decoded
    missing = sum(value is None or value == HIDDEN for value in values)
    if missing == len(values):
        return None, None
    if missing:
        raise UsageError(
            f"data set '{source}' hides the labels of {missing} of its {len(values)} images; "
            "expected all or none: choose a split whose labels are public"
        )
    kind = table.features[column]
    if isinstance(kind, datasets.ClassLabel):
        return np.asarray(values, dtype=np.int64), list(kind.names)
    distinct, codes = np.unique(np.asarray(values), return_inverse=True)
    return codes.astype(np.int64), [str(value) for value in distinct]
