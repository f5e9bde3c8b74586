"""Cross-validation: which samples a cell trains on, and on which it is measured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.store.records import Cell

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Fold:
    """Row numbers, ascending."""

    training: Rows
    measured: Rows


def fold_of(cell: Cell, n_samples: int) -> Fold | None:
    """The rows of a cell of a cross-validation; None for one that trains and is measured on all samples.

    Seed s stands for fold s mod `folds` of the random partition number s div `folds` (scikit-learn's KFold), so that
    `folds` seeds in a row hold out every sample once, and cells of one seed hold out the same ones.

    >>> held_out = [fold_of(Cell(method="dec", seed=seed, n_clusters=2, folds=2), 4).measured for seed in (0, 1)]
    >>> sorted(int(row) for rows in held_out for row in rows)
    [0, 1, 2, 3]
    """
    if cell.folds is None:
        return None
    from sklearn.model_selection import KFold  # only where there are folds

    partition, fold = divmod(cell.seed, cell.folds)
    folds = KFold(cell.folds, shuffle=True, random_state=partition).split(np.empty(n_samples))
    training, measured = list(folds)[fold]
    return Fold(training, measured)


def measured_rows(cell: Cell, n_samples: int) -> Rows | slice:
    """Those of `split`, or all."""
    rows = fold_of(cell, n_samples)
    return slice(None) if rows is None else rows.measured
