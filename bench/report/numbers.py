"""Numbers as text for tables."""

from collections.abc import Iterable, Sequence

from bench.metrics.metric import Metric
from bench.statistics.intervals import Interval
from bench.statistics.summary import Summary

NOT_AVAILABLE = "n/a"
CLUSTERS_FOUND = "n_clusters_found"
"""The metric whose values are counts."""


def number(value: float | None, digits: int) -> str:
    """`value` with a separator of thousands and `digits` decimals; `n/a` for None. A rounded zero has no sign.

    >>> number(152847.9241, 0), number(None, 3), number(-0.00001, 3)
    ('152,848', 'n/a', '0.000')
    """
    if value is None:
        return NOT_AVAILABLE
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def mean_sd(summary: Summary, digits: int, expected: int) -> str:
    """Mean ± standard deviation, followed by the number of values if it is not `expected`.

    >>> mean_sd(Summary(0.5512, 0.0119, 3), 3, 3), mean_sd(Summary(0.5512, 0.0119, 2), 3, 3)
    ('0.551 ± 0.012', '0.551 ± 0.012 (n=2)')
    >>> mean_sd(Summary(0.5512, None, 1), 3, 1), mean_sd(Summary(None, None, 0), 3, 3)
    ('0.551', 'n/a')
    """
    if summary.mean is None:
        return NOT_AVAILABLE
    text = number(summary.mean, digits)
    if summary.sd is not None:
        text += f" ± {number(summary.sd, digits)}"
    return text if summary.n == expected else f"{text} (n={summary.n})"


def with_interval(mean: float | None, interval: Interval | None, digits: int) -> str:
    """A difference with its sign, followed by the interval of 95 %.

    >>> with_interval(0.0124, Interval(0.001, 0.024, "t"), 3), with_interval(-0.5, None, 1)
    ('+0.012 [0.001, 0.024]', '-0.5')
    """
    if mean is None:
        return NOT_AVAILABLE
    text = number(mean, digits)
    text = text if text.startswith("-") else f"+{text}"
    return text if interval is None else f"{text} {interval_text(interval, digits)}"


def interval_text(interval: Interval, digits: int) -> str:
    """The ends of an interval.

    >>> interval_text(Interval(-0.0014, 0.0239, "BCa"), 3)
    '[-0.001, 0.024]'
    """
    return f"[{number(interval.low, digits)}, {number(interval.high, digits)}]"


def probability(p: float | None) -> str:
    """The probability of a test, in the usual form.

    >>> probability(0.0314), probability(0.00002), probability(None)
    ('0.031', '< 0.001', 'n/a')
    """
    if p is None:
        return NOT_AVAILABLE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def probability_text(p: float) -> str:
    """The probability of a test in a sentence.

    >>> probability_text(0.0314), probability_text(0.00002)
    ('p = 0.031', 'p < 0.001')
    """
    text = probability(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def number_range(values: Iterable[int | None], form: str = ",") -> str:
    """The lowest and the highest of the values that are not None, in the format `form`; empty if there are none.

    >>> number_range([7840, None, 7840]), number_range([10, 100]), number_range([None])
    ('7,840', '10–100', '')
    """
    known = {value for value in values if value is not None}
    return "–".join(f"{value:{form}}" for value in sorted({min(known), max(known)})) if known else ""


def decimals(metric: Metric, summaries: Sequence[Summary]) -> int:
    """Digits after the decimal point for a column of a metric: none if it counts and all its means are whole."""
    whole = all(summary.mean is None or summary.mean.is_integer() for summary in summaries)
    return 0 if metric.name == CLUSTERS_FOUND and whole else metric.decimals


def seeds_text(n_ok: int, n_failed: int, n_missing: int, *, n_subsamples: int = 0) -> str:
    """Number of seeds, with the failed and the missing ones; on subsamples, those of seeds and subsamples.

    >>> seeds_text(3, 0, 0), seeds_text(1, 1, 1)
    ('3', '1 of 3, 1 failed, 1 missing')
    >>> seeds_text(15, 0, 0, n_subsamples=5), seeds_text(13, 2, 0, n_subsamples=5)
    ('3 seeds × 5 subsamples', '13 of 15 (5 subsamples), 2 failed')
    """
    if n_subsamples:
        n_seeds, rest = divmod(n_ok + n_failed + n_missing, n_subsamples)
        if not n_failed and not n_missing and not rest:
            return f"{n_seeds} seed{'s' * (n_seeds != 1)} × {n_subsamples} subsamples"
        count, comma, others = seeds_text(n_ok, n_failed, n_missing).partition(",")
        return f"{count} ({n_subsamples} subsamples){comma}{others}"
    if not n_failed and not n_missing:
        return str(n_ok)
    notes = [f"{count} {word}" for count, word in ((n_failed, "failed"), (n_missing, "missing")) if count]
    return f"{n_ok} of {n_ok + n_failed + n_missing}, {', '.join(notes)}"


def arrow(higher_is_better: bool | None) -> str:
    """The arrow that follows a metric's label: ` ↑` if higher is better, ` ↓` if lower is better, else empty."""
    return {True: " ↑", False: " ↓", None: ""}[higher_is_better]


def heading(metric: Metric) -> str:
    """The label of a metric, with its space if the same index exists in each space."""
    return f"{metric.label} ({metric.space})" if metric.in_each_space else metric.label
