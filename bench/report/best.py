"""Which value of a column is bold: the best one, where it is better than all others by more than the seeds vary."""

from collections.abc import Sequence

from bench.report.groups import Group
from bench.report.same_task import is_whole
from bench.statistics.summary import Summary

RULE = "Bold: the best value of a column, where its mean ± sd does not overlap that of another row."
ONE_SEED = "Nothing is bold: with one seed, it is not known how much a value varies between seeds."
ROWS_OF_ONE_SEED = "A value is not bold if it or the next one is of one seed."
NO_SPREAD = "A value is not bold if it or the next one has no ±: the seeds do not reach its method."


def rule_of(groups: Sequence[Group]) -> str:
    """The sentences that say when a value is bold, or why none is."""
    single = [len(group.outcomes) == 1 for group in groups]
    if all(single):
        return ONE_SEED
    without_seed = any(not group.takes_seed and len(group.outcomes) > 1 for group in groups)
    return " ".join([RULE, *([ROWS_OF_ONE_SEED] if any(single) else []), *([NO_SPREAD] if without_seed else [])])


def best_rows(
    groups: Sequence[Group],
    summaries: Sequence[Summary],
    digits: int,
    higher_is_better: bool,
    ks: Sequence[int | None],
) -> set[int]:
    """The numbers of the rows, from 0, with a bold value; at most one among the rows of each number of clusters.

    `groups`, `summaries` and `ks` have one item for each row. `ks` has the number of clusters among whose rows a row
    is compared, or None if it is not compared. A row without all seeds and all samples is not compared either. A row
    that is not compared can still take the mark from another row: the ± of both must not overlap.
    """
    rows = set()
    for k in dict.fromkeys(number for number in ks if number is not None):
        takes_part = [number == k and is_whole(g, s) for number, g, s in zip(ks, groups, summaries, strict=True)]
        is_beside = [
            not t and (number == k or (number is None and g.cell.n_clusters in (None, k)))
            for t, number, g in zip(takes_part, ks, groups, strict=True)
        ]
        compared = [s if t else None for s, t in zip(summaries, takes_part, strict=True)]
        beside = [s for s, b in zip(summaries, is_beside, strict=True) if b]
        rows.add(best_row(compared, digits, higher_is_better, beside))
    return {row for row in rows if row is not None}


def best_row(
    summaries: Sequence[Summary | None], digits: int, higher_is_better: bool, beside: Sequence[Summary] = ()
) -> int | None:
    """The number of the row, from 0, whose value is better than all others by more than the seeds vary; else None.

    `digits`: digits after the decimal point of the printed numbers; only they are compared, so that a reader can check
    the mark. A row with None is not compared. Without a next value, or if one of both has no standard deviation (one
    seed, or seeds that do not reach the method), no row is better. `beside` are the values of rows that are not
    compared, but stand in the same column: the ± of the best one must not overlap theirs, either.

    >>> best_row([Summary(0.5, 0.02, 3), Summary(0.6, 0.07, 3), None], 2, True)
    1
    >>> best_row([Summary(0.5, 0.02, 3), Summary(0.6, 0.07, 3), Summary(0.49, 0.05, 3)], 2, True)
    >>> best_row([Summary(0.5, 0.02, 3), Summary(0.6, 0.07, 3)], 2, True, beside=[Summary(0.7, 0.05, 2)])
    """
    means = {row: round(s.mean, digits) for row, s in enumerate(summaries) if s is not None and s.mean is not None}
    if len(means) < 2:
        return None
    row = (max if higher_is_better else min)(means, key=means.__getitem__)
    best, others = summaries[row], [*summaries[:row], *summaries[row + 1 :]]
    assert best is not None

    def distances(others: Sequence[Summary | None]) -> list[tuple[float, float | None]]:
        """The printed distance of each other value, and its standard deviation."""
        values = [(s.mean, s.sd) for s in others if s is not None and s.mean is not None]
        return [(round(abs(means[row] - round(mean, digits)), digits), sd) for mean, sd in values]

    compared = distances(others)
    nearest = min(distance for distance, _ in compared)
    if best.sd is None or any(sd is None for distance, sd in compared if distance == nearest):
        return None
    sd = round(best.sd, digits)
    apart = (round(d - sd - round(of_other or 0.0, digits), digits) for d, of_other in [*compared, *distances(beside)])
    return row if all(distance > 0 for distance in apart) else None
