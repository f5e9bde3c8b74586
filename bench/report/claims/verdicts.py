"""The verdict on each claim of a report.

A claim about one run is judged by the interval in which one more run of ours lies. A count, a sum or a percentage of
the report's own figures has no uncertainty, so it is equal as printed or it is not. A setting is taken over or it is
not.
"""

from dataclasses import dataclass
from typing import Literal

from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured
from bench.report.claims.ours import Ours, ours_of
from bench.report.claims.published import (
    Arithmetic,
    Better,
    Chosen,
    Fact,
    Improvement,
    PublishedClaim,
    PublishedReport,
    Score,
    Setting,
    Sum,
)
from bench.report.claims.reasons import reason
from bench.statistics.intervals import Interval

Kind = Literal["results", "counts and arithmetic", "settings"]
Verdict = Literal[
    "inside", "outside", "holds", "does not hold", "cannot be decided",
    "equal", "not equal", "taken over", "not taken over", "not defined",
]  # fmt: skip
KINDS: dict[type, Kind] = {
    Score: "results",
    Improvement: "results",
    Better: "results",
    Chosen: "results",
    Fact: "counts and arithmetic",
    Arithmetic: "counts and arithmetic",
    Sum: "counts and arithmetic",
    Setting: "settings",
}
VERDICTS: dict[Kind, tuple[Verdict, ...]] = {
    "results": ("inside", "outside", "holds", "does not hold", "cannot be decided", "equal", "not equal"),
    "counts and arithmetic": ("equal", "not equal"),
    "settings": ("taken over", "not taken over"),
}
"""The verdicts that a kind of claim can have, beside `not defined`."""


def verdicts_of(kind: str) -> tuple[Verdict, ...]:
    """All verdicts that a kind of claim can have; only `not defined` for an unknown kind."""
    return (*next((verdicts for name, verdicts in VERDICTS.items() if name == kind), ()), "not defined")


FEWEST_TO_CONFIRM = 4
"""With fewer seeds, a figure inside the interval is no evidence for the report: t · √(1 + 1/n) is 15.6 with 2 seeds,
5.0 with 3 and 3.6 with 4, but 1.96 with very many, so the interval is more than twice as wide as it would be then. A
figure outside is outside all the same, because the probability is 95 % with any number of seeds."""
_NO_FACT = "The data set does not have this property."
_NO_SCORE = "There is no such figure here: the metric is not defined, or no cell of the method has finished."


@dataclass(frozen=True)
class JudgedClaim:
    """One claim with our figure and the verdict."""

    claim: PublishedClaim
    ours: Ours
    verdict: Verdict
    why: str

    @property
    def kind(self) -> Kind:
        """What the claim is about."""
        return KINDS[type(self.claim.source)]

    @property
    def verdict_text(self) -> str:
        """The verdict; with the number of seeds if they are too few."""
        n = self.ours.n_seeds
        if self.verdict != "cannot be decided" or n is None:
            return self.verdict
        return f"{self.verdict} with {n} seed{'' if n == 1 else 's'}"

    @property
    def difference(self) -> float | None:
        """Our figure minus the report's; None if one of them is missing."""
        if self.claim.figure is None or self.ours.summary.mean is None:
            return None
        return self.ours.summary.mean - self.claim.figure


def judge(report: PublishedReport, measured: Measured) -> list[JudgedClaim]:
    """The verdicts on all claims of a report, in the report's order."""
    judged = []
    for claim in report.claims:
        ours = ours_of(claim, measured)
        verdict = verdict_on(claim, ours)
        if ours.summary.mean is None and not isinstance(claim.source, Chosen):
            why = _NO_FACT if isinstance(claim.source, Fact | Setting) else _NO_SCORE
        else:
            differs = verdict in ("not equal", "not taken over")
            why = claim.why_not if differs and claim.why_not else claim.why
        why = reason(why, report, measured)
        if isinstance(claim.source, Better) and ours.wins is not None and ours.wins[1]:
            why = f"{why} {ours.wins[0]} of {ours.wins[1]} pairs of our runs agree with the report."
        judged.append(JudgedClaim(claim, ours, verdict, why))
    return judged


def verdict_on(claim: PublishedClaim, ours: Ours) -> Verdict:
    """The verdict on one claim."""
    value, source = ours.summary.mean, claim.source
    if value is None:
        return "not defined"
    if isinstance(source, Better):
        return _direction(ours.interval, bool(metric(source.new.metric).higher_is_better))
    if claim.figure is None:
        return "not defined"
    if isinstance(source, Score | Improvement):
        return _one_run(claim.figure, claim.digits, ours)
    is_equal = round(value, claim.digits) == round(claim.figure, claim.digits)
    if isinstance(source, Setting):
        return "taken over" if is_equal else "not taken over"
    return "equal" if is_equal else "not equal"


def _one_run(figure: float, digits: int, ours: Ours) -> Verdict:
    """The printed figure stands for all numbers that are rounded to it."""
    if ours.interval is None or ours.n_seeds is None:
        return "cannot be decided"
    rounding = 0.5 * 10.0**-digits
    if figure + rounding < ours.interval.low or figure - rounding > ours.interval.high:
        return "outside"
    return "inside" if ours.n_seeds >= FEWEST_TO_CONFIRM else "cannot be decided"


def _direction(interval: Interval | None, higher_is_better: bool) -> Verdict:
    """`interval` is that of new − base."""
    if interval is None or not interval.excludes_zero:
        return "cannot be decided"
    return "holds" if (interval.low > 0) == higher_is_better else "does not hold"
