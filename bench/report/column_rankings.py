"""Which rows of a column are compared with each other, and with what result: for each metric, and for the seconds."""

from collections.abc import Sequence
from functools import partial

from bench.metrics.metric import Metric
from bench.report.best import Ranking, rankings
from bench.report.groups import Group
from bench.report.pairs import difference_of, difference_of_seconds
from bench.report.same_task import has_both, k_of_scores, k_of_seconds


def rankings_by_metric(groups: Sequence[Group], metric: Metric) -> list[Ranking]:
    """The rankings of the rows by a metric, one for each number of clusters among whose rows rows are compared.

    Empty for a metric that does not measure all rows alike: one without a better direction, one in each method's own
    space, and a quantization error of different numbers of prototypes.
    """
    better = metric.higher_is_better
    shared = metric.kind == "external" or metric.space in ("input", "reference")
    if better is None or not shared or (metric.kind == "quantization" and not equal_prototypes(groups)):
        return []
    ks = [0 if metric.comparable_across_k else k_of_scores(group) for group in groups]
    values = [group.by_seed(metric.name) for group in groups]
    return rankings(groups, values, better, _of_same_data(groups, ks), partial(difference_of, metric=metric.name))


def rankings_by_seconds(groups: Sequence[Group]) -> list[Ranking]:
    """The rankings of the rows by the seconds of a fit; empty for fits on different devices, which compare machines."""
    if len({record.device for group in groups for record in group.fits.values()}) != 1:
        return []
    ks = _of_same_data(groups, [k_of_seconds(group) for group in groups])
    return rankings(groups, [group.seconds_by_seed() for group in groups], False, ks, difference_of_seconds)


def equal_prototypes(groups: Sequence[Group]) -> bool:
    """Whether all groups with prototypes have the same number: quantization errors fall as the number grows."""
    return len({count for group in groups for count in group.prototypes().values()}) == 1


def _of_same_data(groups: Sequence[Group], ks: Sequence[int | None]) -> list[int | None]:
    """`ks` without those of rows of subsamples that stand beside rows of all samples: they are not compared."""
    both = has_both(groups)
    return [None if both and group.cell.is_subsampled else k for k, group in zip(ks, groups, strict=True)]
