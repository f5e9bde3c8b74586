"""Cross-validation: the samples that a cell learns from, and the samples that it is measured on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.store.records import Cell

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Fold:
    """The rows of one cell, in ascending order."""

    training: Rows
    measured: Rows


def fold_of(cell: Cell, n_samples: int) -> Fold | None:
    """The rows of a cell of a cross-validation; None for a cell that learns from all samples and is measured on them.

    Seed s means fold s mod `folds` of the random partition number s div `folds` (scikit-learn's KFold). Therefore the
    seeds of one partition hold out every sample once, and all cells of one seed hold out the same samples.

    >>> held_out = [fold_of(Cell(method="dec", seed=seed, n_clusters=2, folds=2), 4).measured for seed in (0, 1)]
    >>> sorted(int(row) for rows in held_out for row in rows)
    [0, 1, 2, 3]
    """
    if cell.folds is None:
        return None
    from sklearn.model_selection import KFold  # slow to import, and only cross-validation needs it

    partition, fold = divmod(cell.seed, cell.folds)
    folds = KFold(cell.folds, shuffle=True, random_state=partition).split(np.empty(n_samples))
    training, measured = list(folds)[fold]
    return Fold(training, measured)


def measured_rows(cell: Cell, n_samples: int) -> Rows | slice:
    """The rows that a cell is measured on: its held-out fold, or all rows."""
    fold = fold_of(cell, n_samples)
    return slice(None) if fold is None else fold.measured
