"""The criteria without labels by which one could choose among the partitions of a data set."""

from collections.abc import Mapping, Sequence

import numpy as np

from bench.analysis.aggregate import Aggregate
from bench.analysis.agreement import pairwise_ari
from bench.analysis.index_matrix import INDICES, IndexMatrices
from bench.analysis.index_worth import Criterion
from bench.analysis.partition_agreement import agreement_with_others, stability
from bench.analysis.partitions import Partition
from bench.metrics.declarations import metric

OWN = "own"
STABILITY = "stability over seeds"
AGREEMENT = "agreement with other methods"


def criteria_of(
    partitions: Sequence[Partition],
    matrices: IndexMatrices,
    aggregates: Mapping[str, Aggregate],
    scores: Mapping[str, Mapping[str, float]],
) -> list[Criterion]:
    """Each index in each space, in each method's own and over spaces, the stability and the agreement.

    Higher is better in all. `partitions` are those of fits, without the true labels, and the first rows of `matrices`.
    `aggregates`: by index, its aggregate over spaces. `scores`: by key of a
    fit, the stored value of each metric. `own` is the space of each fit's own seed, in which published tables measure.
    """
    found = []
    for index in INDICES:
        declared = metric(f"{index}_{OWN}")
        sign = 1 if declared.higher_is_better else -1
        own = [scores.get(each.key, {}).get(declared.name, np.nan) for each in partitions]
        found.append(Criterion(declared.label, OWN, sign * np.array(own, float)))
        over_spaces = aggregates[index].values[: len(partitions)]
        found.append(Criterion(f"ACE of {declared.label}", "several", sign * over_spaces))
        for column, space in enumerate(matrices.spaces):
            found.append(Criterion(declared.label, space, sign * matrices.values[index][: len(partitions), column]))
    labels = [each.label for each in partitions]
    agreement = pairwise_ari([each.labels for each in partitions])
    found.append(Criterion(STABILITY, "", stability(agreement, labels)))
    found.append(Criterion(AGREEMENT, "", agreement_with_others(agreement, labels)))
    return found
