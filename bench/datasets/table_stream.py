"""The numbers of a table for the cache: its columns are scaled; rows that are images stay as they are."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import isqrt, prod

import numpy as np
from numpy.typing import NDArray

from bench.datasets.preparation import Preparation, Steps, check_fits
from bench.datasets.rows import Rows
from bench.datasets.scaling import WORDS, Blocks, Scale, Scaling, fitted
from bench.datasets.stream import ImageStream, metadata_of
from bench.datasets.table_columns import listed
from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading
from bench.store.remarks import Remark, caveat, fact

_BATCH_BYTES = 32 * 2**20
_KEPT_BYTES = 2**30
_LEAST_PIXELS = 64
"""A row with fewer numbers is not taken for an image."""
_FOR_IMAGES = ("image_column", "resize", "transparent", "text_column", "features")
"""Options that a table does not have."""


def table_stream(rows: Rows, reading: Reading, learnt: Preparation | None = None) -> ImageStream:
    """The features of `rows`, whose content is numbers, (n_columns,), or an image, (height, width, channels).

    Columns with names, which a table has whose columns may have different units, are standardised unless
    `reading.scale` says otherwise; columns without names are not. The scaling is that of all rows, or `learnt`; it does
    not use the labels. Raises UsageError for an option that such data do not have, for numbers beyond float32, and for
    rows of another shape than `learnt`.
    """
    _check_options(rows, reading)
    first = np.asarray(next(rows.read([0]))())
    if first.ndim == 3:
        return _image_stream(rows, reading, first.shape, learnt)
    blocks = _blocks_of(rows, first.size)
    scale: Scale = reading.scale or ("none" if rows.columns is None else "standard")
    names = None if rows.columns is None else list(rows.columns)
    if learnt is None:
        scaling = fitted(blocks, scale)
        steps = Steps(kind="table", n_features=first.size, columns=names, reading=reading)
        learnt = Preparation(steps, {"shift": scaling.shift, "size": scaling.size})
        notes = _notes(rows, blocks, scaling, reading)
    else:
        check_fits(learnt, rows.title, "table", first.size)
        scaling = replace(fitted(blocks, "none"), shift=learnt.arrays["shift"], size=learnt.arrays["size"])
        notes = []
    metadata = metadata_of(rows, n_columns=first.size, feature_kind=WORDS[scale], notes=notes)
    return ImageStream(metadata, rows.labels, _scaled(scaling, blocks, rows), rows.identity, learnt)


def _image_stream(rows: Rows, reading: Reading, shape: tuple[int, ...], learnt: Preparation | None) -> ImageStream:
    """The pixels of images in an array."""
    if reading.scale not in (None, "none"):
        raise UsageError(f"data set '{rows.title}' has images; --scale is for the columns of a table, leave it out")
    height, width, channels = shape
    if learnt is None:
        steps = Steps(kind="images", n_features=prod(shape), image_shape=(height, width, channels), reading=reading)
        learnt = Preparation(steps)
    else:
        check_fits(learnt, rows.title, "images", prod(shape), (height, width, channels))
    metadata = metadata_of(rows, image_shape=(height, width, channels))
    return ImageStream(metadata, rows.labels, _images(rows, prod(shape)), rows.identity, learnt)


def _blocks_of(rows: Rows, n_columns: int) -> Blocks:
    """The numbers of the rows; a large table is read again for each pass over it, and a smaller one is kept."""
    if 8 * len(rows) * n_columns > _KEPT_BYTES:
        return partial(_blocks, rows, n_columns)
    kept = list(_blocks(rows, n_columns))
    return lambda: iter(kept)


def _blocks(rows: Rows, n_columns: int) -> Iterator[NDArray[np.float64]]:
    size = max(1, _BATCH_BYTES // (8 * n_columns))
    for start in range(0, len(rows), size):
        batch = range(start, min(start + size, len(rows)))
        yield np.stack([opened() for opened in rows.read(batch)]).astype(np.float64, copy=False)


def _check_options(rows: Rows, reading: Reading) -> None:
    for name in _FOR_IMAGES:
        if getattr(reading, name) != getattr(READ_PLAIN, name):
            option = "--" + name.replace("_", "-")
            raise UsageError(f"data set '{rows.title}' has rows of numbers; {option} is for other data, leave it out")


def _images(rows: Rows, n_features: int) -> Iterator[NDArray[np.float32]]:
    size = max(1, _BATCH_BYTES // (4 * n_features))
    for start in range(0, len(rows), size):
        batch = range(start, min(start + size, len(rows)))
        yield np.stack([opened() for opened in rows.read(batch)]).astype(np.float32).reshape(len(batch), n_features)


def _scaled(scaling: Scaling, blocks: Blocks, rows: Rows) -> Iterator[NDArray[np.float32]]:
    for block in blocks():
        scaled = scaling.apply(block)
        wrong = ~np.isfinite(scaled).all(axis=0)
        if wrong.any():
            column = int(np.flatnonzero(wrong)[0])
            name = f"'{rows.columns[column]}'" if rows.columns else str(column)
            raise UsageError(
                f"data set '{rows.title}': column {name} has numbers up to {np.abs(block[:, column]).max():.3g}, "
                f"beyond the range of float32; expected at most {np.finfo(np.float32).max:.2g}: divide the column"
            )
        yield scaled


def _notes(rows: Rows, blocks: Blocks, scaling: Scaling, reading: Reading) -> list[Remark]:
    notes = []
    n_columns = len(scaling.lowest)
    names = rows.columns or tuple(map(str, range(n_columns)))
    if reading.scale is None and rows.columns is not None:
        columns = f"{n_columns} columns are" if n_columns > 1 else "1 column is"
        standardised = (
            f"{columns} standardised (mean 0, standard deviation 1), as is usual for a table; --scale minmax scales to "
            "[0, 1], and --scale none leaves the numbers as they are"
        )
        notes.append(fact(standardised))
    constant = [name for name, is_same in zip(names, scaling.lowest == scaling.highest, strict=True) if is_same]
    if constant and rows.columns is not None:
        count = f"{len(constant)} of {n_columns} columns {'are' if len(constant) > 1 else 'is'}"
        notes.append(caveat(f"{count} constant, so no method learns from them: {listed(constant)}"))
    if rows.columns is not None and (shape := _likely_shape(blocks, scaling, rows.columns)):
        notes.append(caveat(f"the columns look like pixels; if each row is an image, give --image-shape {shape}"))
    return [note.about(rows.source) for note in notes]


def _likely_shape(blocks: Blocks, scaling: Scaling, columns: tuple[str, ...]) -> str:
    """The option --image-shape for whole numbers from 0 to 255 or columns called pixel; empty if they are no pixels."""
    n_columns = len(columns)
    if n_columns < _LEAST_PIXELS:
        return ""
    if not all(name.lower().startswith(("pixel", "px")) for name in columns):
        if scaling.lowest.min() < 0 or not 1 < scaling.highest.max() <= 255:
            return ""
        if any((rows != np.rint(rows)).any() for rows in blocks()):
            return ""
    for channels in (1, 3):
        side = isqrt(n_columns // channels)
        if side * side * channels == n_columns:
            return f"{side}x{side}x{channels}"
    return "HEIGHTxWIDTHxCHANNELS"
