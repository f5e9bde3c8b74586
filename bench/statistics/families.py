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


def verdict(of: Difference, p: float | None) -> Verdict:
    """The verdict on one difference; `p` is its probability, corrected for the family.

    A difference is claimed only if its interval excludes zero and its test has a probability below 5 %.
    """
    if of.is_too_small:
        return "n too small to decide"
    if p is None or p >= LEVEL or of.interval is None or not of.interval.excludes_zero:
        return "cannot be decided"
    return "higher" if of.interval.low > 0 else "lower"


def verdicts(family: Mapping[str, Difference]) -> dict[str, Verdict]:
    """The verdict on each difference of a family."""
    ps = corrected(family)
    return {name: verdict(each, ps[name]) for name, each in family.items()}
