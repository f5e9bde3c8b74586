"""Checks the arrays of a finished fit against the types and shapes that `bench.store.arrays` states."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.store import arrays as names
from bench.store.records import LARGEST, DataSummary, Record, subsample_size

_DIMENSIONS = {
    names.LABELS: 1,
    names.CLUSTER_CENTERS: 2,
    names.EMBEDDING: 2,
    names.PROTOTYPES: 2,
    names.SOFT_ASSIGNMENTS: 2,
    names.POSTERIOR: 1,
    names.MARGIN: 1,
    names.TRACE_LABELS: 2,
    names.TRACE_SECONDS: 1,
    names.RECONSTRUCTIONS: 2,
}
_INTEGERS = (names.LABELS, names.TRACE_LABELS)
_BOUNDS = {names.SOFT_ASSIGNMENTS: (0, 1), names.POSTERIOR: (0, 1), names.MARGIN: (-1, 1)}
"""Lowest and highest value, both included, up to a rounding error."""


def check_arrays(arrays: Mapping[str, NDArray[Any]], record: Record, data: DataSummary | None) -> None:
    """Raise ValueError, which names the first array that is unknown, absent, of a wrong type or of a wrong shape.

    `data` are the data of the experiment; None if they are not known. Numbers that are not finite are allowed: a
    training can diverge.
    """
    for name, is_needed in _needed(record, arrays).items():
        if is_needed and name not in arrays:
            raise ValueError(f"it lacks the array '{name}'")
    for name, array in arrays.items():
        _check_type(name, array)
    n_samples = len(arrays[names.LABELS])
    if data is not None and n_samples not in _measured(record, data):
        raise ValueError(f"it has the labels of {n_samples} samples, but the data have {data.n_samples}")
    n_features = None if data is None else data.n_features
    for name, shape in _shapes(n_samples, n_features, record, arrays).items():
        if name in arrays and not _fits(arrays[name].shape, shape):
            raise ValueError(f"the array '{name}' of shape {arrays[name].shape} does not fit the fit or the data")
    _check_labels(arrays, n_samples if data is None else data.n_samples)
    _check_strengths(arrays)


def _needed(record: Record, arrays: Mapping[str, NDArray[Any]]) -> dict[str, bool]:
    """Whether the fit must have an array; other arrays depend on the method."""
    return {
        names.LABELS: True,
        names.PROTOTYPES: record.grid_shape is not None,
        names.CLUSTER_CENTERS: names.PROTOTYPES in arrays,
        names.TRACE_LABELS: names.TRACE_SECONDS in arrays,
        names.TRACE_SECONDS: names.TRACE_LABELS in arrays,
    }


def _check_type(name: str, array: NDArray[Any]) -> None:
    if name not in _DIMENSIONS:
        raise ValueError(f"it has an unknown array {name[:50]!r}")
    expected = "integers" if name in _INTEGERS else "floating-point numbers"
    is_expected = array.dtype.kind == "i" if name in _INTEGERS else array.dtype in (np.float32, np.float64)
    if not is_expected or not array.dtype.isnative or array.ndim != _DIMENSIONS[name] or not array.size:
        raise ValueError(
            f"the array '{name}' has shape {array.shape} and type {array.dtype}; expected {_DIMENSIONS[name]} "
            f"dimensions of {expected}"
        )
    if array.dtype == np.float64 and bool((np.abs(array[np.isfinite(array)]) > LARGEST).any()):
        raise ValueError(f"the array '{name}' has numbers beyond {LARGEST:g}")


def _measured(record: Record, data: DataSummary) -> tuple[int, ...]:
    """The possible numbers of samples on which the fit was measured: all samples, a subsample or one fold."""
    if record.cell.is_subsampled:
        return (subsample_size(data.n_samples),)
    folds = record.cell.folds
    return (data.n_samples,) if folds is None else (data.n_samples // folds, -(-data.n_samples // folds))


def _shapes(
    n_samples: int, n_features: int | None, record: Record, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, tuple[int | None, ...]]:
    """The expected shape of each array; None is any length."""
    n_units = None if record.grid_shape is None else record.grid_shape[0] * record.grid_shape[1]
    n_kept = len(arrays[names.TRACE_SECONDS]) if names.TRACE_SECONDS in arrays else None
    return {
        names.EMBEDDING: (n_samples, None),
        names.PROTOTYPES: (n_units, n_features),
        names.SOFT_ASSIGNMENTS: (n_samples, None),
        names.POSTERIOR: (n_samples,),
        names.MARGIN: (n_samples,),
        names.TRACE_LABELS: (n_kept, n_samples),
        names.RECONSTRUCTIONS: (len(names.reconstructed_rows(n_samples)), n_features),
    }


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    return all(wanted in (None, length) for length, wanted in zip(shape, expected, strict=True))


def _check_labels(arrays: Mapping[str, NDArray[Any]], n_samples: int) -> None:
    for name in _INTEGERS:
        if name in arrays and not (arrays[name].min() >= -1 and arrays[name].max() < n_samples):
            raise ValueError(f"the array '{name}' has numbers outside −1 … {n_samples - 1}")


def _check_strengths(arrays: Mapping[str, NDArray[Any]]) -> None:
    for name, (low, high) in _BOUNDS.items():
        values = arrays[name][np.isfinite(arrays[name])] if name in arrays else np.empty(0)
        if values.size and not (values.min() >= low - 1e-3 and values.max() <= high + 1e-3):
            raise ValueError(f"the array '{name}' has numbers outside {low} … {high}")
    shares = arrays.get(names.SOFT_ASSIGNMENTS)
    if shares is not None and np.isfinite(shares).all() and np.abs(shares.sum(axis=1) - 1).max() > 1e-3:
        raise ValueError(f"the rows of the array '{names.SOFT_ASSIGNMENTS}' do not sum to 1")
