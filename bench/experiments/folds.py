"""The samples that a cell learns from, and those that it is measured on: all, a subsample or folds."""

from dataclasses import dataclass

import numpy as np
from msgspec import UnsetType
from numpy.typing import NDArray

from bench.store.records import Cell, subsample_size

_SUBSAMPLES = 20_261_128
"""Seed of all subsamples. No method and no fold has it."""
Rows = NDArray[np.intp] | slice


@dataclass(frozen=True)
class Fold:
    """The rows of one cell: all rows, or rows of a subsample or of a cross-validation in ascending order."""

    training: Rows
    measured: Rows


def fold_of(cell: Cell, n_samples: int) -> Fold:
    """The rows that a cell learns from, and the rows that it is measured on.

    Without a cross-validation, both are all rows, or the rows of the subsample. These are drawn uniformly, without
    replacement and without regard to classes, from a seed of their own. So every method and every seed gets the same
    rows of subsample 0, whatever number of subsamples there is.

    In a cross-validation, the cell is measured on the rows of one fold.
    Seed s means fold s mod `folds` of the random partition number s div `folds` (scikit-learn's KFold). Therefore the
    seeds of one partition hold out every sample once, and all cells of one seed hold out the same samples.

    >>> held_out = [fold_of(Cell(method="dec", seed=seed, n_clusters=2, folds=2), 4).measured for seed in (0, 1)]
    >>> sorted(int(row) for rows in held_out for row in rows)
    [0, 1, 2, 3]
    """
    if not isinstance(cell.subsample, UnsetType):
        rows = _subsample(cell.subsample, n_samples)
        return Fold(rows, rows)
    if cell.folds is None:
        return Fold(slice(None), slice(None))
    from sklearn.model_selection import KFold  # slow to import, and only cross-validation needs it

    partition, fold = divmod(cell.seed, cell.folds)
    folds = KFold(cell.folds, shuffle=True, random_state=partition).split(np.empty(n_samples))
    training, measured = list(folds)[fold]
    return Fold(training, measured)


def _subsample(number: int, n_samples: int) -> NDArray[np.intp]:
    # RandomState: unlike that of a Generator, its stream is the same in every version of numpy.
    random = np.random.RandomState([_SUBSAMPLES, number])
    return np.sort(random.permutation(n_samples)[: subsample_size(n_samples)])
