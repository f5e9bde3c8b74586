"""The file of each finished fit that says which row of the data is in which cluster, and how strongly."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.running.strength import strength
from bench.store import arrays as names
from bench.store.files import atomic_write
from bench.store.records import Cell, RecordError
from bench.store.store import Store

COLUMNS = ("row", "name", "split", "cluster", "strength", "strength_kind")
"""`bench.report.assignments` reads them."""


def write_assignments(cells: Iterable[Cell], data: ImageData, store: Store) -> None:
    """Write the file of each of these cells that is finished and has no file.

    A cell with damaged arrays has no file; it counts as never run from now on.
    """
    for cell in cells:
        path = store.assignments_path(cell.key)
        if path.exists() or (record := store.finished(cell)) is None:
            continue
        try:
            arrays = store.arrays(cell.key)
        except RecordError:
            continue
        rows = np.arange(len(data.features))[fold_of(cell, len(data.features)).measured]
        X = np.asarray(data.features)[fold_of(cell, len(data.features)).measured]
        kind, values = strength(arrays, X, is_map=record.grid_shape is not None)
        content = assignments_csv(rows, data, arrays[names.LABELS], values, kind)
        atomic_write(path, content, sync="nothing")  # after a power cut, the next command writes it again


def assignments_csv(
    rows: NDArray[np.intp], data: ImageData, labels: NDArray[np.int64], values: NDArray[Any], kind: str
) -> bytes:
    """One line for each of `rows`, the places of the samples in the data, with its cluster and its strength.

    The column `row` has the number of the row in the source: rows that were left out are counted.
    """
    places = rows.tolist()
    row_names: Sequence[str] = data.row_names or ()
    splits = _splits(data)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=_quoting(row_names))
    writer.writerow(COLUMNS)
    writer.writerows(
        zip(
            places if data.row_numbers is None else [data.row_numbers[place] for place in places],
            [row_names[place] for place in places] if row_names else [""] * len(places),
            [splits[place] for place in places],
            labels.tolist(),
            _texts(values),
            [kind] * len(places),
            strict=True,
        )
    )
    return text.getvalue().encode("utf-8", "backslashreplace")


def _splits(data: ImageData) -> list[str]:
    """The part of the split expression that each row of the data belongs to; the whole expression if it is unknown."""
    parts = data.parts if sum(data.parts.values()) == len(data.features) else {data.split: len(data.features)}
    return [name for name, n_rows in parts.items() for _ in range(n_rows)]


def _texts(values: NDArray[Any]) -> Iterator[str]:
    """Six digits; empty if there is no strength."""
    return ("" if value != value else f"{value:.6f}" for value in values.tolist())


def _quoting(texts: Sequence[str]) -> Literal[0, 1]:
    """Some versions of Python do not quote a carriage return, which readers take for the end of a row."""
    return csv.QUOTE_ALL if any("\r" in text for text in texts) else csv.QUOTE_MINIMAL
