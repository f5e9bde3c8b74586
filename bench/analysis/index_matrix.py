"""Every internal index of every partition in every space: one pass over the distances of each space."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analysis.dip import dip_p_value
from bench.analysis.index_spaces import IndexSpaces, NamedSpace
from bench.analysis.partitions import Partition
from bench.metrics.engine import PROCESSOR, Engine
from bench.metrics.internal import calinski_harabasz, davies_bouldin
from bench.metrics.partition import is_partition

INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class IndexMatrices:
    """The values of all indices."""

    spaces: Sequence[str]
    values: dict[str, Matrix]
    """By index: (n_partitions, n_spaces); not a number where the index is not defined."""
    p_values: Matrix
    """(n_spaces,): of the hypothesis that the space has one mode, see `bench.analysis.dip`."""


def index_matrices(
    partitions: Sequence[Partition],
    spaces: IndexSpaces,
    progress: Callable[[float], None] = lambda share: None,
    engine: Engine = PROCESSOR,
) -> IndexMatrices:
    """Measure each partition in each space. `progress` is called with the finished share."""
    found, p_values = [], []
    spaces_of_columns = []
    for space in spaces:
        spaces_of_columns.append(space.name)
        found.append(_column(space, partitions, engine))
        p_values.append(dip_p_value(space.points))
        progress(len(found) / spaces.n_expected)
    progress(1.0)
    values = {name: np.column_stack([column[name] for column in found]) for name in INDICES}
    return IndexMatrices(spaces_of_columns, values, np.array(p_values))


def _column(space: NamedSpace, partitions: Sequence[Partition], engine: Engine) -> dict[str, Matrix]:
    """The values of each index in one space, (n_partitions,)."""
    column = {name: np.full(len(partitions), np.nan) for name in INDICES}
    labels = [partition.labels[space.rows] for partition in partitions]
    defined = [number for number, each in enumerate(labels) if is_partition(each)]
    if not defined:
        return column
    estimates = engine.silhouettes(space.points, [labels[number] for number in defined])
    for number, estimate in zip(defined, estimates, strict=True):
        measured = engine.scatter(space.points, labels[number])
        values = (estimate.mean, davies_bouldin(measured), calinski_harabasz(measured))
        for name, value in zip(INDICES, values, strict=True):
            column[name][number] = np.nan if value is None else value
    return column
