"""Checks that the stored arrays of finished fits belong to the loaded data."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.folds import fold_of
from bench.report.groups import Group
from bench.store import arrays as names
from bench.store.store import Store

Arrays = Mapping[str, NDArray[Any]]


def check_fits(store: Store, groups: Sequence[Group], data: ImageData) -> None:
    """Raise UsageError if an array of a finished fit has values or a shape that no fit of these data can have."""
    for record in [outcome.record for each in groups for outcome in each.ok if outcome.record]:
        n_samples = len(np.empty(len(data.features), bool)[fold_of(record.cell, len(data.features)).measured])
        arrays = store.arrays(record.key)
        if problem := _problem(arrays, n_samples, data.features.shape[1], record.grid_shape):
            raise UsageError(
                f"{store.path('cells', record.key)}.npz does not fit the data: {problem}; delete this file, and the "
                "same run makes the cell again."
            )


def _problem(arrays: Arrays, n_samples: int, n_features: int, grid_shape: tuple[int, int] | None) -> str | None:
    """The first array that is wrong, in words; None if all are right."""
    shapes = {
        names.LABELS: (n_samples,),
        names.CLUSTER_CENTERS: (None, None),
        names.EMBEDDING: (n_samples, None),
        names.PROTOTYPES: (grid_shape and grid_shape[0] * grid_shape[1], n_features),
        names.TRACE_LABELS: (None, n_samples),
        names.TRACE_SECONDS: (len(arrays.get(names.TRACE_LABELS, ())),),
        names.RECONSTRUCTIONS: (len(names.reconstructed_rows(n_samples)), n_features),
    }
    for name, expected in shapes.items():
        array = arrays.get(name)
        if array is None and name != names.LABELS:
            continue
        if array is None or not _has_shape(array, expected):
            came = "no such array" if array is None else f"{array.dtype} of shape {array.shape}"
            return f"'{name}' must have shape {_text(expected)}, got {came}"
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            return f"'{name}' must be finite, got values that are not"
    n_clusters, labels = len(arrays.get(names.CLUSTER_CENTERS, range(n_samples))), arrays[names.LABELS]
    if labels.dtype.kind != "i" or not -1 <= labels.min() <= labels.max() < n_clusters:
        return f"'{names.LABELS}' must be −1 … {n_clusters - 1}, got {labels.min()} … {labels.max()}"
    return None


def _has_shape(array: NDArray[Any], expected: Sequence[int | None]) -> bool:
    """Whether an array of numbers has this shape; None stands for any length above 0."""
    return (
        array.dtype.kind in "iuf"
        and len(array.shape) == len(expected)
        and all(
            length > 0 if wanted is None else length == wanted
            for length, wanted in zip(array.shape, expected, strict=True)
        )
    )


def _text(shape: Sequence[int | None]) -> str:
    return f"({', '.join('any' if length is None else str(length) for length in shape)})"
