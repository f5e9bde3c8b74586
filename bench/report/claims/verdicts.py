"""The verdict on each claim of a report: whether our figure is equal or near to the report's figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured
from bench.report.claims.published import Arithmetic, Chosen, Fact, Improvement, PublishedClaim, PublishedReport, Score
from bench.report.claims.reasons import reason
from bench.statistics.summary import Summary, improvement, summarize

WITHIN = (1, 2, 5, 10)
"""Steps in percent. A figure of the report is reproduced if our figure differs from it by at most the last step."""
Verdict = Literal["reproduced", "not reproduced", "not defined"]
_NO_FACT = "The data set does not have this property."
_NO_SCORE = "There is no such figure here: the metric is not defined, or no cell of the method has finished."


@dataclass(frozen=True)
class JudgedClaim:
    """One claim with our figure and the verdict."""

    claim: PublishedClaim
    ours: Summary
    verdict: Verdict
    within: int | None
    """Difference in percent, rounded up to a step of WITHIN; 0: equal as printed; None: not reproduced."""
    why: str
    by_seed: Sequence[float] = ()
    """The values whose mean is `ours`; empty if our figure is not a score."""

    @property
    def verdict_text(self) -> str:
        """The verdict with its precision, such as `reproduced within 5 %`."""
        if self.within is None:
            return self.verdict
        return f"reproduced within {self.within} %" if self.within else "reproduced exactly"

    @property
    def difference(self) -> float | None:
        """Our figure minus the report's, in percent of the report's; None if one of them is missing."""
        if not self.claim.figure or self.ours.mean is None:
            return None
        return (self.ours.mean / self.claim.figure - 1) * 100

    @property
    def seeds_within(self) -> int:
        """Number of seeds whose own value is reproduced."""
        return sum(verdict_of(self.claim.figure, value, self.claim.digits)[0] == "reproduced" for value in self.by_seed)


def judge(report: PublishedReport, measured: Measured) -> list[JudgedClaim]:
    """The verdicts on all claims of a report, in the report's order."""
    judged = []
    for claim in report.claims:
        ours, source = _ours(claim, measured), claim.source
        verdict, within = verdict_of(claim.figure, ours.mean, claim.digits)
        if ours.mean is None and not isinstance(source, Chosen):
            why = _NO_FACT if isinstance(source, Fact) else _NO_SCORE
        else:
            why = claim.why_not if verdict == "not reproduced" and claim.why_not else claim.why
        by_seed = measured.by_seed(source.method, source.metric) if isinstance(source, Score) else ()
        judged.append(JudgedClaim(claim, ours, verdict, within, reason(why, report, measured), by_seed))
    return judged


def verdict_of(claimed: float | None, ours: float | None, digits: int = 4) -> tuple[Verdict, int | None]:
    """The verdict and, for a reproduced figure, the lowest step of WITHIN that is not exceeded.

    The step is 0 if the two figures are equal at `digits` decimals.

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
    """Our figure; its mean is None if there is no such figure."""
    source = claim.source
    if isinstance(source, Score):
        return measured.summary(source.method, source.metric)
    if isinstance(source, Improvement):
        new, base = (measured.summary(name, source.metric).mean for name in (source.new, source.base))
        return _single(improvement(new, base, bool(metric(source.metric).higher_is_better)))
    if isinstance(source, Arithmetic):
        return _single(improvement(source.new, source.base, source.higher_is_better))
    if isinstance(source, Chosen):
        search = measured.search(source.axis, claim.figure)
        return _single(None if search is None else search.value(source.axis, "chosen"))
    return _single(measured.facts.get(source.name))


def _single(value: float | None) -> Summary:
    return summarize([] if value is None else [value])
