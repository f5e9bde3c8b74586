"""Checks of arrays that a program gives as data: each error is one line with its remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from bench.errors import UsageError
from bench.store.remarks import Remark, fact

_SHAPES = "(n_samples, n_features), (n_samples, height, width) or (n_samples, height, width, 1 or 3)"
_NAMED = 5  # columns that a message names
_DARKEST_WHITE = 16
"""If no pixel is higher, the highest one is white; else 255 is."""


@dataclass(frozen=True)
class Features:
    """Checked features."""

    values: NDArray[Any]
    """(n_samples, …) finite numbers."""
    image_shape: tuple[int, int, int] | None
    """Height, width and channels; None for a table."""
    scale: int = 1
    """The values are to be divided by this number."""
    notes: tuple[Remark, ...] = ()
    bad: NDArray[np.bool_] | None = None
    """(n_samples,) Rows that are to be left out; None: no row."""


def split_pair(data: Any) -> tuple[Any, Any]:
    """X and y; y is None if only X is given. Raises UsageError for a tuple of another length, and for no arrays."""
    if data is None or isinstance(data, Mapping):
        given = "None" if data is None else f"of type {type(data).__name__}"
        raise UsageError(f"dataset is {given}; expected the name of a data set, X, or (X, y).")
    if not isinstance(data, tuple):
        return data, None
    if len(data) != 2:
        raise UsageError(f"dataset is a tuple of {len(data)}; expected the name of a data set, X, or (X, y).")
    return data[0], data[1]


def checked_features(
    X: Any, image_shape: tuple[int, int, int] | None = None, on_bad: Literal["refuse", "skip"] = "refuse"
) -> Features:
    """X as an array of finite numbers, and what its pixels are to be divided by. Raises UsageError.

    With `image_shape`, each row of a table is an image. With `skip`, rows of a table with numbers that are not finite
    are marked, and else refused.
    """
    values = _table(X) if isinstance(X, pd.DataFrame) else _as_array(X, "X")
    if values.dtype.kind not in "buif":
        raise UsageError(f"X has values of type {values.dtype}; expected numbers, such as X.astype('float32').")
    if values.ndim not in (2, 3, 4):
        hint = "; give one column as X.reshape(-1, 1)" if values.ndim == 1 else ""
        raise UsageError(f"X has shape {values.shape}; expected {_SHAPES}{hint}.")
    if values.size == 0:
        raise UsageError(f"X of shape {values.shape} is empty; expected {_SHAPES}.")
    skips = on_bad == "skip" and values.ndim == 2 and image_shape is None
    bad = _bad_rows(values) if skips else None
    if bad is None:
        _check_finite(values, X)
    if image_shape is not None:
        return rows_as_images(values, image_shape)
    return Features(values, None, bad=bad) if values.ndim == 2 else _images(values)


def rows_as_images(values: NDArray[Any], image_shape: tuple[int, int, int]) -> Features:
    """Rows of numbers, (n_samples, height · width · channels), as images. Raises UsageError.

    Numbers from 0 to 1 stay as they are. Whole numbers up to 255 are divided by 255, or by the highest one if that is
    16 or less, as in the digits of scikit-learn.
    """
    flat = values.reshape(len(values), -1)
    text = "x".join(map(str, image_shape))
    if flat.shape[1] != prod(image_shape):
        raise UsageError(
            f"--image-shape {text} has {prod(image_shape):,} numbers, and a row has {flat.shape[1]:,}; expected a "
            "shape with as many."
        )
    images = flat.reshape(-1, *image_shape)
    lowest, highest = float(flat.min()), float(flat.max())
    is_integer = flat.dtype.kind in "ui"
    if lowest >= 0 and highest <= 1:
        return Features(images, image_shape)
    if lowest < 0 or highest > 255 or not (is_integer or (flat == np.rint(flat)).all()):
        raise UsageError(
            f"--image-shape {text}: the numbers go from {lowest:g} to {highest:g}; expected pixels from 0 to 1, or "
            "whole numbers from 0 to 255: convert them, or leave the option out to read a table."
        )
    scale = 255 if highest > _DARKEST_WHITE else int(highest)
    note = fact(f"the pixels are whole numbers: they were divided by {scale}.")
    return Features(images, image_shape, scale, (note,))


def checked_labels(
    y: Any, X: Any, n_samples: int, names_of_numbers: Sequence[str] | None = None
) -> tuple[NDArray[np.int64], list[str]]:
    """(n_samples,) indices of the classes, and the names of the classes in their order. Raises UsageError.

    If y has the numbers 0, 1, … of `names_of_numbers`, these are the names.
    """
    frames = isinstance(X, pd.DataFrame | pd.Series) and isinstance(y, pd.DataFrame | pd.Series)
    if frames and len(X) == len(y) and not X.index.equals(y.index):
        raise UsageError(
            "X and y have different row labels (index); rows belong together by their position: give "
            "y.loc[X.index] to order y like X, or y.to_numpy() if the order is right."
        )
    given = _as_array(y, "y")
    if given.ndim != 1:
        hint = "; y.argmax(axis=1) is the class of one-hot rows" if given.ndim == 2 and given.shape[1] > 1 else ""
        raise UsageError(f"y has shape {given.shape}; expected ({n_samples},), one label for each sample{hint}.")
    if len(given) != n_samples:
        raise UsageError(f"X has {n_samples} samples, and y has {len(given)}; expected the same number.")
    if n_missing := int(pd.isna(given).sum()):
        raise UsageError(f"y lacks the label of {n_missing} samples; remove these samples, or give X alone.")
    if given.dtype.kind == "f" and not (given == np.rint(given)).all():
        raise UsageError(
            f"y has numbers with decimals, {len(np.unique(given))} different ones, such as {given[0]:g}; expected "
            "classes: give X alone, and the number of clusters."
        )
    if (
        names_of_numbers is not None
        and given.dtype.kind in "ui"
        and 0 <= given.min() <= given.max() < len(names_of_numbers)
    ):
        return given.astype(np.int64), [str(name) for name in names_of_numbers]
    labels = given.tolist()
    try:
        classes = _sorted(list(dict.fromkeys(labels)))
    except TypeError as error:
        raise UsageError(f"y has labels that cannot be hashed ({error}); expected numbers or texts.") from error
    names = [str(each) for each in classes]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"y has different labels with the same text '{twice[0]}'; expected one type of labels.")
    numbers = {label: number for number, label in enumerate(classes)}
    return np.array([numbers[label] for label in labels], np.int64), names


def _sorted(classes: list[Any]) -> list[Any]:
    try:
        return sorted(classes)
    except TypeError:  # labels of several types
        return sorted(classes, key=lambda each: (type(each).__name__, str(each)))


def _as_array(values: Any, name: str) -> NDArray[Any]:
    """The values as numpy has them. Raises UsageError where numpy would guess, or drop what is missing."""
    if sparse.issparse(values):
        raise UsageError(f"{name} is a sparse matrix; expected a dense array: {name}.toarray().")
    if np.ma.is_masked(values):
        raise UsageError(f"{name} has masked values; expected an array without: {name}.filled(VALUE).")
    try:
        return np.asarray(values)
    except Exception as error:  # other libraries raise any kind of exception, for example for tensors of a GPU
        raise UsageError(
            f"{name} of type {type(values).__name__} cannot be read as an array ({' '.join(str(error).split())})."
        ) from error


def _table(frame: pd.DataFrame) -> NDArray[np.float64]:
    """The numbers of a frame; NaN where one is missing. Raises UsageError, which names the columns without numbers."""
    types = pd.api.types
    numeric = [types.is_numeric_dtype(kind) and not types.is_complex_dtype(kind) for kind in frame.dtypes]
    if all(numeric):
        return frame.to_numpy(np.float64, na_value=np.nan)
    other = [str(name) for name, is_number in zip(frame.columns, numeric, strict=True) if not is_number]
    raise UsageError(
        f"X has {len(other)} columns that are not numeric: {_listed(other)}; remove or encode them, for example with "
        "pandas.get_dummies."
    )


def _check_finite(values: NDArray[Any], X: Any) -> None:
    """Raise UsageError for missing, infinite and too large numbers; of a DataFrame, it names the columns."""
    if values.dtype.kind != "f":
        return
    with np.errstate(over="ignore"):
        wrong = ~np.isfinite(values.astype(np.float32, copy=False))
    if not wrong.any():
        return
    place = ""
    if isinstance(X, pd.DataFrame):
        numbers = np.flatnonzero(wrong.any(axis=0))
        place = f", in the columns {_listed([str(X.columns[int(number)]) for number in numbers])}"
    n_rows = int(wrong.reshape(len(wrong), -1).any(axis=1).sum())
    raise UsageError(
        f"X has {int(wrong.sum())} values that are missing, infinite or beyond float32, in {n_rows} of {len(wrong)} "
        f"samples{place}; remove these samples, or fill the values."
    )


def _bad_rows(values: NDArray[Any]) -> NDArray[np.bool_] | None:
    if values.dtype.kind != "f":
        return None
    with np.errstate(over="ignore"):
        bad = np.asarray(~np.isfinite(values.astype(np.float32, copy=False)).all(axis=1))
    return bad if bad.any() else None


def _images(values: NDArray[Any]) -> Features:
    channels = 1 if values.ndim == 3 else values.shape[3]
    if channels not in (1, 3):
        kept = 3 if channels > 3 else 1
        remedy = f"X[..., :{kept}] keeps {kept}, without the opacity of an image with transparency, for example"
        if values.shape[1] in (1, 3):
            remedy = "X.transpose(0, 2, 3, 1) moves the channels to the end"
        raise UsageError(
            f"X has shape {values.shape}, {channels} channels; expected 1 (grey) or 3 (colours): {remedy}."
        )
    shape = (values.shape[1], values.shape[2], channels)
    if values.dtype in (np.uint8, np.uint16):
        scale = int(np.iinfo(values.dtype).max)
        note = fact(f"the pixels are integers of type {values.dtype}: they were divided by {scale:,}.")
        return Features(values, shape, scale, (note,))
    lowest, highest = values.min(), values.max()
    if lowest < 0 or highest > 1:
        if values.dtype.kind == "f":
            remedy = f"divide them by {highest:g}, for example"
        else:
            remedy = "give uint8 or uint16, for example X.astype('uint8') for 0 to 255"
        raise UsageError(
            f"X has images of type {values.dtype} with pixels from {lowest:g} to {highest:g}; expected [0, 1]: "
            f"{remedy}, or give them as a table: X.reshape(len(X), -1)."
        )
    return Features(values, shape)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
