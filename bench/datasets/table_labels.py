"""The true labels of a table as indices into the names of the classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.datasets.table_column import Column
from bench.errors import UsageError


def labels_of(
    column: Column, declared: Sequence[str] | None, source: str
) -> tuple[NDArray[np.int64], list[str]] | None:
    """Labels, (n_rows,), −1 where a row has none, and the names of the classes; None if all are hidden.

    The classes are those that the column declares, in their order, or else its distinct values, sorted. Hidden are
    labels that are all −1. Raises UsageError for a value that is not one of the declared classes.
    """
    if column.numbers is not None and column.odd is None and not _has_codes(column):
        missing = np.isnan(column.numbers)
        known = column.numbers[~missing].astype(np.int64)
        is_bool = column.values.dtype == bool
        texts = [str(bool(each) if is_bool else each) for each in known.tolist()]
        order = [str(bool(each) if is_bool else each) for each in np.unique(known).tolist()]
        if order == ["-1"]:
            return None
    else:
        missing = column.values.isna().to_numpy()
        texts = [str(each) for each in column.values[~missing].tolist()]
        order = sorted(set(texts))
    names = list(declared) if declared else order
    position = {name: number for number, name in enumerate(names)}
    if odd := [each for each in order if each not in position]:
        raise UsageError(
            f"data set '{source}' has the label {odd[0]!r} in '{column.name}', which declares the classes "
            f"{', '.join(names[:10])}; correct the value or the declaration"
        )
    labels = np.full(len(missing), -1, np.int64)
    labels[~missing] = [position[text] for text in texts]
    return labels, names


def _has_codes(column: Column) -> bool:
    """Whether a label begins with a zero, such as 007: then the labels are texts."""
    return any(isinstance(each, str) and len(each) > 1 and each[0] == "0" and each.isdigit() for each in column.values)
