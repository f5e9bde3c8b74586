"""Our figure for a claim, and the interval in which one more run of ours lies."""

from dataclasses import dataclass, replace
from math import exp, log

from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured
from bench.report.claims.published import (
    Arithmetic,
    Better,
    Chosen,
    Improvement,
    PublishedClaim,
    Score,
    Sum,
)
from bench.statistics.differences import ByRun
from bench.statistics.intervals import Interval, prediction_interval
from bench.statistics.one_run import prediction_interval_of_difference
from bench.statistics.summary import Summary, improvement, summarize


@dataclass(frozen=True)
class Ours:
    """Our figure for one claim."""

    summary: Summary
    """Over our runs; over their pairs for a difference of two methods. An improvement in percent is that of two means.
    The mean is None if there is no such figure."""
    interval: Interval | None = None
    """In which one more run, or one more pair of runs, lies with a probability of 95 %; None with fewer than 2."""
    n_seeds: int | None = None
    """Number of runs that decide the width of the interval: of the method with fewer runs, for two methods. None if our
    figure does not come from runs."""
    wins: tuple[int, int] | None = None
    """For a claim about two methods: the number of our pairs in which `new` is better, and the number of pairs."""


def ours_of(claim: PublishedClaim, measured: Measured) -> Ours:
    """Our figure for `claim`."""
    source = claim.source
    if isinstance(source, Score):
        return _score(source, measured.by_seed(source))
    if isinstance(source, Improvement | Better):
        return _of_two(source, measured.by_seed(source.new), measured.by_seed(source.base))
    if isinstance(source, Arithmetic):
        return _single(improvement(source.new, source.base, source.higher_is_better))
    if isinstance(source, Sum):
        return _single(sum(source.terms))
    if isinstance(source, Chosen):
        search = measured.search(source.axis, claim.figure)
        return _single(None if search is None else search.value(source.axis, "chosen"))
    return _single(measured.facts.get(source.name))


def _score(source: Score, values: ByRun) -> Ours:
    """The interval ends at the bounds of the metric: no run lies beyond them."""
    low, high = metric(source.metric).bounds
    interval = prediction_interval(list(values.values()))
    if interval is not None:
        interval = interval.within(low, high)
    return Ours(summarize(list(values.values())), interval, len(values))


def _of_two(source: Improvement | Better, new: ByRun, base: ByRun) -> Ours:
    """Two methods, paired by seed if they share work on it; else each run of one with each of the other."""
    if source.shared:
        pairs = [(new[seed], base[seed]) for seed in new if seed in base]
        n_seeds = len(pairs)
    else:
        pairs = [(one, other) for one in new.values() for other in base.values()]
        n_seeds = min(len(new), len(base))
    higher = bool(metric(source.new.metric).higher_is_better)
    wins = sum(one > other if higher else one < other for one, other in pairs), len(pairs)
    if isinstance(source, Better):
        interval = prediction_interval_of_difference(new, base, shared=source.shared)
        summary = summarize([one - other for one, other in pairs])
        if not source.shared:
            summary = replace(summary, sd=None)  # a run is in several pairs, so the pairs are not independent
        return Ours(summary, interval, n_seeds, wins)
    of_new, of_base = (summarize([pair[side] for pair in pairs]).mean for side in (0, 1))
    of_means = improvement(of_new, of_base, higher)
    if of_means is None or not all(value > 0 for pair in pairs for value in pair):
        return Ours(summarize([]), None, n_seeds, wins)
    return Ours(summarize([of_means]), _percents(new, base, source.shared, higher), n_seeds, wins)


def _percents(new: ByRun, base: ByRun, shared: bool, higher_is_better: bool) -> Interval | None:
    """The interval of the improvement of one more pair, from the logarithms of the values.

    The logarithm of a ratio is a difference of logarithms, so it has the prediction interval of a difference. Its ends
    are ratios again, and ratios are percentages.
    """
    log_new, log_base = ({seed: log(value) for seed, value in values.items()} for values in (new, base))
    interval = prediction_interval_of_difference(log_new, log_base, shared=shared)
    if interval is None:
        return None
    low, high = ((exp(end) - 1) * 100 for end in (interval.low, interval.high))
    return Interval(low, high, interval.kind) if higher_is_better else Interval(-high, -low, interval.kind)


def _single(value: float | None) -> Ours:
    return Ours(summarize([] if value is None else [value]))
