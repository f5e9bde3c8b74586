"""Two rows of a table compared: whether they are paired by seed, and the difference of their values."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench.report.groups import Group
from bench.statistics.differences import Difference, difference, pairing_of, smallest_p
from bench.statistics.hierarchical import interval_over_seeds_and_subsamples
from bench.statistics.intervals import LEVEL, Interval
from bench.store.records import SUBSAMPLE_SHARE


def share_work(new: Group, base: Group) -> bool:
    """Whether both groups start from the same pretrained autoencoder on every seed that both have.

    Only then does a seed mean the same to both. A seed that only sets two different generators is shared by chance.
    """
    common = new.records.keys() & base.records.keys()
    keys = [(new.records[run].pretrained, base.records[run].pretrained) for run in common]
    return bool(keys) and all(one is not None and one == other for one, other in keys)


def are_fixed(new: Group, base: Group) -> tuple[bool, bool]:
    """For each group, whether its values do not depend on the seed: it gets none, and its fits are equal."""
    return is_fixed(new), is_fixed(base)


def is_fixed(group: Group) -> bool:
    """Whether the values of a group do not depend on the seed."""
    return not group.takes_seed and (group.has_equal_fits or len(group.records) < 2)


def difference_of(
    new: Group, base: Group, values: tuple[Mapping[int, float], Mapping[int, float]], metric: str = ""
) -> Difference:
    """The difference of two groups in `values`: those of `new` and of `base`, by seed.

    With the name of the metric, the interval of two groups on subsamples is over seeds and subsamples.
    """
    apart = difference(*values, shared=share_work(new, base), fixed=are_fixed(new, base))
    interval = interval_with_samples(new, base, metric)
    return apart if interval is None else replace(apart, interval=interval)


def interval_with_samples(new: Group, base: Group, metric: str) -> Interval | None:
    """The interval over seeds and subsamples; None if the groups have none, or lack a value of a seed or subsample."""
    one, other = _by_seed_and_subsample(new, metric), _by_seed_and_subsample(base, metric)
    if not one.size or not other.size or one.shape[1] != other.shape[1]:
        return None
    shared = share_work(new, base) and len(one) == len(other)
    return interval_over_seeds_and_subsamples(one, other, SUBSAMPLE_SHARE, shared=shared)


def _by_seed_and_subsample(group: Group, metric: str) -> NDArray[np.float64]:
    """The values of a metric, (n_seeds, n_subsamples); empty if the group has no subsamples or lacks a value."""
    values = group.by_draw(metric) if group.n_subsamples > 1 else {}
    seeds, subsamples = (sorted({draw[place] for draw in values}) for place in (0, 1))
    if len(values) < len(seeds) * len(subsamples) or len(values) < len(group.outcomes):
        return np.empty((0, 0))
    return np.array([[values[seed, subsample] for subsample in subsamples] for seed in seeds])


def difference_of_seconds(
    new: Group, base: Group, values: tuple[Mapping[int, float], Mapping[int, float]]
) -> Difference:
    """The difference of two groups in seconds, which are two samples: the machine sets them, not the seed."""
    return difference(*values, shared=False)


def can_differ(new: Group, base: Group) -> bool:
    """Whether the seeds of two groups are enough to decide a difference."""
    fixed = are_fixed(new, base)
    pairing = pairing_of(share_work(new, base), fixed)
    n_new, n_base = len(new.records), len(base.records)
    if pairing == "one fixed value":  # the other row alone has several values
        n_new = n_base = n_base if fixed[0] else n_new
    return pairing == "two fixed values" or smallest_p(pairing, n_new, n_base) < LEVEL
