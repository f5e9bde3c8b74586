"""Which values of a column are bold: the best one, and all that cannot be told apart from it over the seeds."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from statistics import fmean

from bench.report.groups import Group
from bench.report.pairs import can_differ, difference_of
from bench.report.same_task import has_noise
from bench.statistics.differences import Difference
from bench.statistics.families import verdicts

BySeed = Mapping[int, float]

RULE = (
    "Bold: the best value of a column, and every value that cannot be told apart from it. Two values are told apart if "
    "a permutation test over their seeds, corrected for the number of rows (Holm), has p < 0.05, and the 95 % interval "
    "of their difference excludes zero. A row whose seeds are too few for this test is not bold."
)
TOO_FEW = "Nothing is bold: with so few seeds, no test can tell two rows apart; --seeds 10 can."
ONE_SEED = "Nothing is bold: with one seed, it is not known how much a value varies between seeds."


def rule_of(groups: Sequence[Group]) -> str:
    """The sentence that says which values are bold, or why none is."""
    if any(can_differ(one, other) for one, other in combinations(groups, 2)):
        return RULE
    return ONE_SEED if all(len(group.outcomes) == 1 for group in groups) else TOO_FEW


def best_rows(
    groups: Sequence[Group],
    values: Sequence[BySeed],
    higher_is_better: bool,
    ks: Sequence[int | None],
    compare: Callable[[Group, Group, tuple[BySeed, BySeed]], Difference] = difference_of,
) -> set[int]:
    """The numbers of the rows, from 0, with a bold value.

    `groups`, `values` (by seed) and `ks` have one item for each row. `ks` has the number of clusters among whose rows a
    row is compared, or None if it is not compared. A row without all seeds and all samples is not compared either.
    `compare` returns the difference of two rows.
    """
    rows: set[int] = set()
    for k in dict.fromkeys(number for number in ks if number is not None):
        compared = [
            row
            for row, (number, group, by_seed) in enumerate(zip(ks, groups, values, strict=True))
            if number == k and by_seed and len(by_seed) == len(group.outcomes) and not has_noise(group)
        ]
        if len(compared) > 1:
            sign = 1 if higher_is_better else -1
            best = max(compared, key=lambda row: sign * fmean(values[row].values()))
            others = {row: compare(groups[best], groups[row], (values[best], values[row])) for row in compared}
            rows |= _with_equals(best, {row: other for row, other in others.items() if row != best})
    return rows


def _with_equals(best: int, others: Mapping[int, Difference]) -> set[int]:
    """The best row and the others that a test could tell apart from it, but does not; empty if no test could."""
    found = verdicts({str(row): other for row, other in others.items()})
    if all(verdict == "n too small to decide" for verdict in found.values()):
        return set()
    return {best} | {int(row) for row, verdict in found.items() if verdict == "cannot be decided"}
