"""Cross-validation: the samples that a cell learns from, and the samples that it is measured on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.store.records import Cell

Rows = NDArray[np.intp] | slice


@dataclass(frozen=True)
class Fold:
    """The rows of one cell: all rows, or rows of a cross-validation in ascending order."""

    training: Rows
    measured: Rows


def fold_of(cell: Cell, n_samples: int) -> Fold:
    """The rows that a cell learns from, and the rows that it is measured on.

    Without a cross-validation, both are all rows. In a cross-validation, the cell is measured on the rows of one fold.
    Seed s means fold s mod `folds` of the random partition number s div `folds` (scikit-learn's KFold). Therefore the
    seeds of one partition hold out every sample once, and all cells of one seed hold out the same samples.

    >>> held_out = [fold_of(Cell(method="dec", seed=seed, n_clusters=2, folds=2), 4).measured for seed in (0, 1)]
    >>> sorted(int(row) for rows in held_out for row in rows)
    [0, 1, 2, 3]
    """
    if cell.folds is None:
        return Fold(slice(None), slice(None))
    from sklearn.model_selection import KFold  # slow to import, and only cross-validation needs it

    partition, fold = divmod(cell.seed, cell.folds)
    folds = KFold(cell.folds, shuffle=True, random_state=partition).split(np.empty(n_samples))
    training, measured = list(folds)[fold]
    return Fold(training, measured)
