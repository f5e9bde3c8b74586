"""What becomes of each of a report's claims: ours beside its figure, and whether that is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured
from bench.report.claims.published import Arithmetic, Chosen, Fact, Improvement, PublishedClaim, PublishedReport, Score
from bench.report.claims.reasons import reason
from bench.report.statistics import Summary, improvement, summarize

WITHIN = (1, 2, 5, 10)
"""Percents: a figure counts as reproduced if ours differs from it by no more than the last."""
Verdict = Literal["reproduced", "not reproduced", "not defined"]
_NO_FACT = "The data set has no such thing."
_NO_SCORE = "There is no such figure here: it is not defined, or no cell of the method has finished."


@dataclass(frozen=True)
class Row:
    """One claim and its verdict."""

    claim: PublishedClaim
    ours: Summary
    verdict: Verdict
    within: int | None
    """Percent, of a figure that is reproduced; 0: to the last digit."""
    why: str
    by_seed: Sequence[float] = ()
    """The values whose mean `ours` is."""

    @property
    def verdict_text(self) -> str:
        if self.within is None:
            return self.verdict
        return f"reproduced within {self.within} %" if self.within else "reproduced exactly"

    @property
    def difference(self) -> float | None:
        """Ours beside the report's, in percent of the report's."""
        if not self.claim.figure or self.ours.mean is None:
            return None
        return (self.ours.mean / self.claim.figure - 1) * 100

    @property
    def seeds_within(self) -> int:
        """Seeds whose own value would count as reproduced."""
        return sum(verdict_of(self.claim.figure, value, self.claim.digits)[0] == "reproduced" for value in self.by_seed)


def judge(report: PublishedReport, measured: Measured) -> list[Row]:
    """Every claim of a report, in its order."""
    return [_judge(claim, report, measured) for claim in report.claims]


def _judge(claim: PublishedClaim, report: PublishedReport, measured: Measured) -> Row:
    ours = _ours(claim, measured)
    verdict, within = verdict_of(claim.figure, ours.mean, claim.digits)
    if ours.mean is None and not isinstance(claim.ours, Chosen):
        why = _NO_FACT if isinstance(claim.ours, Fact) else _NO_SCORE
    else:
        why = claim.otherwise if verdict == "not reproduced" and claim.otherwise else claim.why
    by_seed = measured.by_seed(claim.ours.method, claim.ours.metric) if isinstance(claim.ours, Score) else ()
    return Row(claim, ours, verdict, within, reason(why, report, measured), by_seed)


def verdict_of(claimed: float | None, ours: float | None, digits: int = 4) -> tuple[Verdict, int | None]:
    """Verdict and, of a figure that is reproduced, the least of WITHIN that holds; 0: equal at the digits printed.

    >>> verdict_of(0.5, 0.52), verdict_of(0.5, 0.06), verdict_of(0.5, None), verdict_of(65.9, 65.896, 1)
    (('reproduced', 5), ('not reproduced', None), ('not defined', None), ('reproduced', 0))
    """
    if claimed is None or ours is None:
        return "not defined", None
    if round(ours, digits) == round(claimed, digits):
        return "reproduced", 0
    for percent in WITHIN:
        if abs(ours - claimed) <= percent / 100 * abs(claimed):
            return "reproduced", percent
    return "not reproduced", None


def _ours(claim: PublishedClaim, measured: Measured) -> Summary:
    ours = claim.ours
    if isinstance(ours, Score):
        return measured.summary(ours.method, ours.metric)
    if isinstance(ours, Improvement):
        new, base = (measured.summary(name, ours.metric).mean for name in (ours.new, ours.base))
        return _single(improvement(new, base, bool(metric(ours.metric).higher_is_better)))
    if isinstance(ours, Arithmetic):
        return _single(improvement(ours.new, ours.base, ours.higher_is_better))
    if isinstance(ours, Chosen):
        search = measured.search(ours.axis, claim.figure)
        return _single(None if search is None else search.value(ours.axis, "chosen"))
    return _single(measured.facts.get(ours.name))


def _single(value: float | None) -> Summary:
    return summarize([] if value is None else [value])
