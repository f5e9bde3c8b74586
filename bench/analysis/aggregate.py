"""The aggregate of one index over spaces, by ACE, from the partitions of fits alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analysis.ace import ace
from bench.analysis.index_matrix import IndexMatrices
from bench.analysis.partitions import Partition
from bench.metrics.declarations import metric

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Aggregate:
    """One number for each partition."""

    values: Numbers
    """(n_partitions,): the weighted mean of the index; not a number for partitions with noise, or without a result."""
    note: str
    """One sentence: the spaces and their weights, and the spaces with one mode."""


def aggregate(partitions: Sequence[Partition], matrices: IndexMatrices, index: str) -> Aggregate:
    """The aggregate of each partition. The true labels get the mean with the weights, which they do not influence.

    `partitions` are the rows of `matrices`. Partitions with noise take no part.
    """
    sign = 1 if metric(f"{index}_own").higher_is_better else -1
    values = sign * matrices.values[index]
    whole = np.array([not each.has_noise for each in partitions])
    fits = whole & np.array([not each.is_truth for each in partitions])
    found = ace(values[fits].T, matrices.p_values)
    if found is None:
        return Aggregate(np.full(len(partitions), np.nan), "ACE has no result: no space has more than one mode.")
    result = np.full(len(partitions), np.nan)
    result[fits] = found.scores
    truth = whole & ~fits
    result[truth] = values[truth] @ found.weights
    weights = sorted(zip(found.weights, matrices.spaces, strict=True), key=lambda pair: -pair[0])
    used = ", ".join(f"{space} {weight:.2f}" for weight, space in weights if weight > 0)
    one_mode = [space for space, is_in in zip(matrices.spaces, found.multimodal, strict=True) if not is_in]
    left_out = f" Left out, because a single mode is not rejected: {', '.join(one_mode)}." if one_mode else ""
    return Aggregate(sign * result, f"ACE is the weighted mean of these spaces: {used}.{left_out}")
