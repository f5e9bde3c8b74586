"""Which values of a column are bold: the best one, and all that cannot be told apart from it over the seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from bench.report.groups import Group
from bench.report.pairs import can_differ, difference_of
from bench.report.same_task import has_noise
from bench.statistics.differences import Difference
from bench.statistics.families import Verdict, verdicts

BySeed = Mapping[int, float]

RULE = (
    "Bold: the best value of a column, and every value that cannot be told apart from it. Two values are told apart if "
    "a permutation test over their seeds, corrected for the number of rows (Holm), has p < 0.05, and the 95 % interval "
    "of their difference excludes zero. A row whose seeds are too few for this test is not bold."
)
WHY_ONE_SEED = "with one seed, it is not known how much a value varies between seeds."
ONE_SEED = f"Nothing is bold: {WHY_ONE_SEED}"
FOLDS = "Nothing is bold: fits of different folds learn from the same samples, so no test over folds is valid."
TOO_FEW = "Nothing is bold: with so few seeds, no test can tell two rows apart; --seeds 10 can."


def rule_of(groups: Sequence[Group]) -> str:
    """The sentence that says which values are bold, or why none is."""
    compared = [group for group in groups if not group.of_folds]
    if groups and not compared:
        return FOLDS
    if any(can_differ(one, other) for one, other in combinations(compared, 2)):
        return RULE
    return ONE_SEED if all(len(group.outcomes) == 1 for group in groups) else TOO_FEW


@dataclass(frozen=True)
class Ranking:
    """The rows of a column that are compared with each other."""

    best: int
    """The number of the row with the best mean."""
    differences: Mapping[int, Difference]
    """By number of each other row: the value of the best row − its value."""
    verdicts: Mapping[int, Verdict]
    """By number of each other row: whether the best row is told apart from it."""

    @property
    def equals(self) -> set[int]:
        """The best row and the others that a test could tell apart from it, but does not; empty if no test could."""
        if all(verdict == "n too small to decide" for verdict in self.verdicts.values()):
            return set()
        return {self.best} | {row for row, verdict in self.verdicts.items() if verdict == "cannot be decided"}


def best_rows(
    groups: Sequence[Group],
    values: Sequence[BySeed],
    higher_is_better: bool,
    ks: Sequence[int | None],
    compare: Callable[[Group, Group, tuple[BySeed, BySeed]], Difference] = difference_of,
) -> set[int]:
    """The numbers of the rows, from 0, with a bold value; the arguments are as in `rankings`."""
    return {row for ranking in rankings(groups, values, higher_is_better, ks, compare) for row in ranking.equals}


def rankings(
    groups: Sequence[Group],
    values: Sequence[BySeed],
    higher_is_better: bool,
    ks: Sequence[int | None],
    compare: Callable[[Group, Group, tuple[BySeed, BySeed]], Difference] = difference_of,
) -> list[Ranking]:
    """One ranking for each number of clusters among whose rows rows are compared.

    `groups`, `values` (by seed) and `ks` have one item for each row. `ks` has the number of clusters among whose rows a
    row is compared, or None if it is not compared. A row without all seeds and all samples is not compared either, nor
    is a row of folds.
    `compare` returns the difference of two rows. Rows have numbers from 0.
    """
    found = []
    for k in dict.fromkeys(number for number in ks if number is not None):
        compared = [
            row
            for row, (number, group, by_seed) in enumerate(zip(ks, groups, values, strict=True))
            if number == k and _is_whole(group, by_seed) and not has_noise(group) and not group.of_folds
        ]
        if len(compared) > 1:
            sign = 1 if higher_is_better else -1
            best = max(compared, key=lambda row: sign * fmean(values[row].values()))
            others = [row for row in compared if row != best]
            apart = {row: compare(groups[best], groups[row], (values[best], values[row])) for row in others}
            judged = verdicts({str(row): other for row, other in apart.items()})
            found.append(Ranking(best, apart, {int(row): verdict for row, verdict in judged.items()}))
    return found


def _is_whole(group: Group, values: BySeed) -> bool:
    """Whether every fit of the group has finished, and every seed has a value."""
    seeds = {outcome.cell.seed for outcome in group.outcomes}
    return len(group.ok) == len(group.outcomes) and values.keys() == seeds
