"""True labels, as indices into class names."""

import datasets
import numpy as np
import numpy.typing as npt

from bench.errors import UsageError

LabelsAndNames = tuple[npt.NDArray[np.int64] | None, list[str] | None]

HIDDEN = -1
"""The value that data sets of the Hub contain in place of a label that is not public."""


def read_labels(table: datasets.Dataset, column: str | None, source: str) -> LabelsAndNames:
    """Labels, shape (n_samples,), and class names of all rows; (None, None) if there are no labels or all are hidden.

    If the column declares no classes, its distinct values, sorted, are the classes.
    Raises UsageError if only some of the labels are hidden.
    """
    if column is None:
        return None, None
    values = table.select_columns([column])[:][column]  # with other columns, the images would be decoded too
    missing = sum(value is None or value == HIDDEN for value in values)
    if missing == len(values):
        return None, None
    if missing:
        raise UsageError(
            f"data set '{source}' hides the labels of {missing} of its {len(values)} images; "
            "expected labels for all images or for no image: choose a split whose labels are public"
        )
    kind = table.features[column]
    if isinstance(kind, datasets.ClassLabel):
        return np.asarray(values, dtype=np.int64), list(kind.names)
    distinct, codes = np.unique(np.asarray(values), return_inverse=True)
    return codes.astype(np.int64), [str(value) for value in distinct]
