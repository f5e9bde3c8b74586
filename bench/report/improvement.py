"""DEC compared with each baseline, per metric: the difference, its interval and tests, and the improvement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.groups import DEC, Group
from bench.report.numbers import number_range
from bench.report.pairs import are_fixed, interval_with_samples, share_work
from bench.report.same_task import has_noise
from bench.statistics.differences import Difference, difference
from bench.statistics.families import Verdict as Found
from bench.statistics.families import corrected, verdicts
from bench.statistics.intervals import Interval
from bench.statistics.summary import improvement, summarize

BySeed = Mapping[int, float]
Spaces = Literal["same", "different"]
"""Which metrics are compared.

`same`: the metrics that measure all methods alike (agreement with the true labels, indices of the input space).
`different`: the internal metrics of each method's own space.
"""
Verdict = Literal["better", "worse", "cannot be decided", "n too small to decide", "not comparable"]


@dataclass(frozen=True)
class Baseline:
    """What a baseline shares with the method that is compared with it."""

    values: Mapping[str, BySeed]
    """By metric, by seed."""
    shared: bool = False
    """Whether both start from the same pretrained autoencoder on each seed: then they are paired by seed."""
    fixed: tuple[bool, bool] = (False, False)
    """Whether the method and the baseline do not depend on the seed."""
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """By metric: the interval of the difference over seeds and subsamples, if both rows have subsamples."""
    unlike: Mapping[str, str] | None = None
    """By metric: why its values cannot be compared."""


@dataclass(frozen=True)
class Comparison:
    """One metric of a method compared with a baseline."""

    metric: str
    baseline: str
    new: float | None
    """Mean over the seeds; if both are paired, over the seeds that both have."""
    base: float | None
    difference: Difference
    """new − base, in the metric's own units."""
    p: float | None
    """`difference.p`, corrected for the number of baselines (Holm 1979)."""
    verdict: Verdict
    """`better` or `worse` only if the interval excludes zero and p < 0.05."""
    percent: float | None
    """Improvement; positive is better for every metric. None if the percentage is not defined."""
    why_none: str = ""
    """Why `percent` is None; empty if `percent` is a number."""


@dataclass(frozen=True)
class MetricComparisons:
    """One metric of a method compared with all baselines."""

    metric: str
    higher_is_better: bool
    comparisons: tuple[Comparison, ...]
    """The strongest baseline first; baselines that cannot be compared last."""

    @property
    def strongest(self) -> Comparison | None:
        """The comparison with the baseline that has the best mean; None if none can be compared."""
        first = self.comparisons[0]
        return None if first.verdict == "not comparable" else first

    @property
    def largest(self) -> Comparison | None:
        """The comparison with the largest percentage, as some reports print it; None if no percentage is defined."""
        stated = [(c.percent, c) for c in self.comparisons if c.percent is not None]
        return max(stated, key=lambda pair: pair[0])[1] if stated else None


def compare(
    new: Mapping[str, BySeed], baselines: Mapping[str, Baseline], higher_is_better: Mapping[str, bool]
) -> list[MetricComparisons]:
    """Compare a method (metric → seed → value) with every baseline.

    The result has the order of `higher_is_better`. A metric is left out if the method or all baselines lack it.
    """
    rows = []
    for metric, higher in higher_is_better.items():
        own = new.get(metric)
        if own and any(base.values.get(metric) for base in baselines.values()):
            compared = _compared(metric, own, baselines, higher)
            rows.append(MetricComparisons(metric, higher, tuple(sorted(compared, key=lambda c: _place(c, higher)))))
    return rows


def _place(compared: Comparison, higher: bool) -> tuple[bool, float]:
    base = compared.base or 0.0
    return compared.verdict == "not comparable", -base if higher else base


def _compared(metric: str, new: BySeed, baselines: Mapping[str, Baseline], higher: bool) -> list[Comparison]:
    found = {name: _difference(metric, new, base) for name, base in baselines.items()}
    unlike = {name: (base.unlike or {}).get(metric, "") for name, base in baselines.items()}
    family = {name: each for name, each in found.items() if each.summary.n and not unlike[name]}
    ps, judged = corrected(family), {name: _judged(each, higher) for name, each in verdicts(family).items()}
    return [
        Comparison(
            metric,
            name,
            *_means(new, base.values.get(metric, {}), found[name]),
            found[name],
            ps.get(name),
            judged.get(name, "not comparable"),
            *_percent(new, base.values.get(metric, {}), found[name], higher, unlike[name]),
        )
        for name, base in baselines.items()
    ]


def _difference(metric: str, new: BySeed, base: Baseline) -> Difference:
    apart = difference(new, base.values.get(metric, {}), shared=base.shared, fixed=base.fixed)
    return replace(apart, interval=base.intervals[metric]) if metric in base.intervals else apart


def _means(new: BySeed, base: BySeed, apart: Difference) -> tuple[float | None, float | None]:
    """The means of both rows: over all their seeds or, if they are paired, over the seeds that both have."""
    if apart.pairing == "paired":
        common = sorted(new.keys() & base.keys())
        new, base = {run: new[run] for run in common}, {run: base[run] for run in common}
    return summarize(list(new.values())).mean, summarize(list(base.values())).mean


def _percent(new: BySeed, base: BySeed, apart: Difference, higher: bool, unlike: str) -> tuple[float | None, str]:
    """The improvement in percent, or None and the reason."""
    percent = None if unlike else improvement(*_means(new, base, apart), higher)
    no_values = "no common seed" if base else "the baseline has no value"
    reason = unlike or ("baseline not positive" if apart.summary.n else no_values)
    return percent, reason if percent is None else ""


def _judged(found: Found, higher: bool) -> Verdict:
    if found == "higher" or found == "lower":
        return "better" if (found == "higher") == higher else "worse"
    return found


def baselines_of(new: Group, groups: Sequence[Group]) -> list[Group]:
    """The groups of other methods that are baselines of `new`, a group of DEC.

    A baseline has the same number of clusters, and learns from the same samples or subsamples. A row of folds is not
    compared; see `Group.of_folds`.
    """
    cell = new.cell
    if new.of_folds:
        return []
    return [
        other
        for other in groups
        if other.cell.method != DEC
        and not other.of_folds
        and other.cell.n_clusters == cell.n_clusters
        and other.cell.is_subsampled == cell.is_subsampled
    ]


def comparable_metrics() -> list[Metric]:
    """The metrics that measure all methods alike, and have a better direction."""
    shared = [m for m in all_metrics() if m.space in ("input", "reference") and m.higher_is_better is not None]
    return [*(m for m in all_metrics() if m.kind == "external"), *shared]


def improvements(new: Group, groups: Sequence[Group], spaces: Spaces) -> list[MetricComparisons]:
    """Compare a group of DEC with its baselines in the metrics of `spaces`."""
    own = [m for m in all_metrics() if m.kind == "internal" and m.space == "own"]
    metrics = comparable_metrics() if spaces == "same" else own
    baselines = {base.label: _baseline(new, base, metrics) for base in baselines_of(new, groups)}
    values = {m.name: new.by_seed(m.name) for m in metrics}
    return compare(values, baselines, {m.name: bool(m.higher_is_better) for m in metrics})


def _baseline(new: Group, base: Group, metrics: Sequence[Metric]) -> Baseline:
    return Baseline(
        {m.name: base.by_seed(m.name) for m in metrics},
        share_work(new, base),
        are_fixed(new, base),
        {m.name: interval for m in metrics if (interval := interval_with_samples(new, base, m.name))},
        {m.name: reason for m in metrics if (reason := _unlike(m, new, base))},
    )


def _unlike(metric: Metric, new: Group, base: Group) -> str:
    """Why a metric of two groups is not comparable, in a few words; empty if it is."""
    if metric.kind == "quantization":
        return _different_prototypes(new, base)
    return "of a part of the samples" if metric.kind == "internal" and any(map(has_noise, (new, base))) else ""


def _different_prototypes(new: Group, base: Group) -> str:
    """`10 vs 100 prototypes` if the numbers of prototypes differ between any two fits; empty if they are equal.

    More prototypes lie nearer to the samples, so quantization errors are comparable only for equal numbers.
    """
    counts = [set(group.prototypes().values()) for group in (new, base)]
    if not all(counts) or len(set.union(*counts)) == 1:
        return ""
    return f"{number_range(counts[0])} vs {number_range(counts[1])} prototypes"
