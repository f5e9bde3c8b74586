"""Whether a row solved the task that was set: every sample in a cluster, and as many clusters as were asked for."""

from collections.abc import Sequence

from bench.report.groups import Group
from bench.report.numbers import CLUSTERS_FOUND
from bench.statistics.summary import Summary

NOISE = "noise_share"
"""The metric that counts the samples without a cluster."""
MARK = "†"
"""Stands after the label of a row that has noise."""


def has_noise(group: Group) -> bool:
    """Whether a fit of the group leaves samples without a cluster."""
    return any(share > 0 for share in group.by_draw(NOISE).values())


def is_whole(group: Group, summary: Summary) -> bool:
    """Whether a value of the group is of all seeds and of all samples: only such a value is bold or has a rank."""
    return summary.mean is not None and summary.n == len(group.outcomes) and not has_noise(group)


def has_both(groups: Sequence[Group]) -> bool:
    """Whether some rows are of subsamples and others of all samples: their figures are of different data."""
    return len({group.cell.is_subsampled for group in groups}) > 1


def numbers_found(group: Group) -> list[int]:
    """The numbers of clusters that the fits found, each once, in ascending order; empty without scores."""
    return sorted({int(number) for number in group.by_draw(CLUSTERS_FOUND).values()})


def has_another_number(group: Group) -> bool:
    """Whether a fit found another number of clusters than asked for; a group that gets no number has another one."""
    return any(number != group.cell.n_clusters for number in numbers_found(group))


def k_of_scores(group: Group) -> int | None:
    """The number of clusters among whose rows the group is compared in metrics that grow or shrink with the number.

    It is the number that was asked for. Fewer clusters than that are no advantage. A group with more clusters, or that
    gets no number of clusters, is not compared: None.
    """
    asked = group.cell.n_clusters
    return asked if asked is not None and all(number <= asked for number in numbers_found(group)) else None


def k_of_seconds(group: Group) -> int | None:
    """As `k_of_scores`, for the seconds of a fit: a group with fewer clusters than asked for is not compared either."""
    return None if has_another_number(group) else group.cell.n_clusters
