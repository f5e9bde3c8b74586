"""Several differences judged together: Holm's correction, and the verdict on each."""

from collections.abc import Mapping, Sequence
from typing import Literal

from bench.statistics.differences import Difference
from bench.statistics.intervals import LEVEL

Verdict = Literal["higher", "lower", "cannot be decided", "n too small to decide"]
"""Whether `new` has a higher or a lower value than `base`."""


def holm(ps: Sequence[float]) -> list[float]:
    """The probabilities corrected for their number, each in [0, 1], in the same order (Holm 1979).

    The smallest is multiplied by their number m, the next by m − 1, and so on; no corrected probability is below one of
    a smaller probability. scipy has only corrections of the false discovery rate.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    corrected = [0.0] * len(ps)
    highest = 0.0
    for place, number in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[number]))
        corrected[number] = highest
    return corrected


def corrected(family: Mapping[str, Difference]) -> dict[str, float | None]:
    """Holm's correction over the differences that have a probability; None for the others."""
    tested = {name: each.p for name, each in family.items() if each.p is not None}
    return dict.fromkeys(family) | dict(zip(tested, holm(list(tested.values())), strict=True))


def out_of_reach(family: Mapping[str, Difference]) -> set[str]:
    """The differences that so few values cannot decide, even if all values of one row are above those of the other.

    Holm's correction multiplies the smallest probability that a difference can reach by the number of differences that
    cannot reach a smaller one.
    """
    smallest = {name: each.smallest_p for name, each in family.items() if each.pairing != "two fixed values"}
    return {
        name
        for name, own in smallest.items()
        if family[name].is_too_small
        or own * sum(family[other].p is not None and p >= own for other, p in smallest.items()) >= LEVEL
    }


def verdicts(family: Mapping[str, Difference]) -> dict[str, Verdict]:
    """The verdict on each difference of a family, corrected for the size of the family.

    A difference is claimed only if its interval excludes zero and its test has a probability below 5 %. Two values that
    do not depend on the seed differ on every seed, so their difference needs no test. On several subsamples it has an
    interval, which must exclude zero.
    """
    ps, too_few = corrected(family), out_of_reach(family)
    return {name: _verdict(each, ps[name], name in too_few) for name, each in family.items()}


def _verdict(of: Difference, p: float | None, is_out_of_reach: bool) -> Verdict:
    if of.pairing == "two fixed values" and of.summary.mean and (of.interval is None or of.interval.excludes_zero):
        return "higher" if of.summary.mean > 0 else "lower"
    if is_out_of_reach:
        return "n too small to decide"
    if p is None or p >= LEVEL or of.interval is None or not of.interval.excludes_zero:
        return "cannot be decided"
    return "higher" if of.interval.low > 0 else "lower"
