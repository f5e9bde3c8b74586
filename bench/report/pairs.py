"""Two rows of a table compared: whether they are paired by seed, and the difference of their values."""

from collections.abc import Mapping

from bench.report.groups import Group
from bench.statistics.differences import Difference, difference, pairing_of, smallest_p
from bench.statistics.intervals import LEVEL


def share_work(new: Group, base: Group) -> bool:
    """Whether both groups start from the same pretrained autoencoder on every seed that both have.

    Only then does a seed mean the same to both. A seed that only sets two different generators is shared by chance.
    """
    common = new.records.keys() & base.records.keys()
    keys = [(new.records[run].pretrained, base.records[run].pretrained) for run in common]
    return bool(keys) and all(one is not None and one == other for one, other in keys)


def are_fixed(new: Group, base: Group) -> tuple[bool, bool]:
    """For each group, whether its values do not depend on the seed: it gets none, and its fits are equal."""
    return _is_fixed(new), _is_fixed(base)


def _is_fixed(group: Group) -> bool:
    return not group.takes_seed and (group.has_equal_fits or len(group.records) < 2)


def difference_of(new: Group, base: Group, values: tuple[Mapping[int, float], Mapping[int, float]]) -> Difference:
    """The difference of two groups in `values`: those of `new` and of `base`, by seed."""
    return difference(*values, shared=share_work(new, base), fixed=are_fixed(new, base))


def difference_of_seconds(
    new: Group, base: Group, values: tuple[Mapping[int, float], Mapping[int, float]]
) -> Difference:
    """The difference of two groups in seconds, which are two samples: the machine sets them, not the seed."""
    return difference(*values, shared=False)


def can_differ(new: Group, base: Group) -> bool:
    """Whether the seeds of two groups are enough to decide a difference."""
    pairing = pairing_of(share_work(new, base), are_fixed(new, base))
    return pairing == "two fixed values" or smallest_p(pairing, len(new.ok), len(base.ok)) < LEVEL
