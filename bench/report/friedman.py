"""Whether rows differ over data sets: the test of Friedman, then the critical difference of Nemenyi (Demšar 2006)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean

from bench.report.numbers import heading
from bench.report.ranks import Ranking

FEWEST_SETS = 5
"""Fewest data sets for a test."""
FEWEST_ROWS = 3
"""Fewest rows for Friedman's test."""
LEVEL = 0.05
"""The rows differ if the probability of such ranks among equal rows is below this."""


@dataclass(frozen=True)
class RankTest:
    """The result of a test."""

    labels: tuple[str, ...]
    """The rows that take part: those that are ranked on every data set of the test."""
    n_sets: int
    statistic: float
    """Friedman's χ² with a correction for ties, with `len(labels)` − 1 degrees of freedom."""
    p: float
    """Probability of a statistic at least as large, if all rows are equal."""
    critical_difference: float
    """Two rows differ at the level of 5 % if their mean ranks differ by at least this."""
    mean_ranks: tuple[float, ...]
    """By row, among the rows of the test."""

    @property
    def best(self) -> str | None:
        """The row whose mean rank is better than the next by the critical difference; None if there is none."""
        (first, label), (second, _) = sorted(zip(self.mean_ranks, self.labels, strict=True))[:2]
        return label if self.p < LEVEL and second - first >= self.critical_difference else None


def friedman(ranking: Ranking, labels: Sequence[str]) -> RankTest | None:
    """The test of the rows that are ranked on every data set that has ranks; None if there are too few of either."""
    titles = [title for title, ranks in ranking.ranks.items() if ranks]
    complete = [label for label in labels if all(label in ranking.ranks[title] for title in titles)]
    if len(titles) < FEWEST_SETS or len(complete) < FEWEST_ROWS:
        return None
    # scipy ranks them; the sign makes rank 1 the best.
    sign = -1 if ranking.metric.higher_is_better else 1
    columns = [[sign * ranking.values[title][label] for title in titles] for label in complete]
    if all(len({column[number] for column in columns}) == 1 for number in range(len(titles))):
        return None  # all rows are equal everywhere: the statistic is 0 / 0
    return _test(tuple(complete), columns)


def _test(labels: tuple[str, ...], columns: list[list[float]]) -> RankTest:
    from scipy.stats import friedmanchisquare, rankdata  # slow to import

    n_sets = len(columns[0])
    statistic, p = friedmanchisquare(*columns)
    by_set = [rankdata(values) for values in zip(*columns, strict=True)]
    means = tuple(fmean(float(ranks[number]) for ranks in by_set) for number in range(len(labels)))
    difference = critical_difference(len(labels), n_sets)
    return RankTest(labels, n_sets, float(statistic), float(p), difference, means)


def critical_difference(n_rows: int, n_sets: int) -> float:
    """Nemenyi's critical difference of two mean ranks at the level of 5 % (Demšar 2006, Section 3.2.2).

    >>> round(critical_difference(4, 14), 2)
    1.25
    """
    from scipy.stats import studentized_range  # slow to import

    quantile = float(studentized_range.ppf(1 - LEVEL, n_rows, inf)) / sqrt(2)
    return quantile * sqrt(n_rows * (n_rows + 1) / (6 * n_sets))


def sentences(made: Sequence[Ranking], labels: Sequence[str]) -> list[str]:
    """The result of the test of each metric, or why there is none, in plain text. Equal sentences are one."""
    metrics: dict[str, list[str]] = {}
    for each in made:
        metrics.setdefault(_sentence(each, labels), []).append(heading(each.metric))
    return [f"{', '.join(names)}: {text}" for text, names in metrics.items()]


def _sentence(ranking: Ranking, labels: Sequence[str]) -> str:
    if ranking.n_sets < FEWEST_SETS:
        sets = "set is" if ranking.n_sets == 1 else "sets are"
        return f"{ranking.n_sets} {sets} too few for a test; expected {FEWEST_SETS} or more."
    result = friedman(ranking, labels)
    if result is None:
        return f"no test, because fewer than {FEWEST_ROWS} rows with different values are ranked on every set."
    left_out = [label for label in labels if label not in result.labels and ranking.of(label)]
    without = f", without {', '.join(left_out)} (not ranked on every set)" if left_out else ""
    p = "p < 0.001" if result.p < 0.001 else f"p = {result.p:.3f}"
    head = f"Friedman test of {len(result.labels)} rows on {result.n_sets} sets{without}: "
    head += f"χ² = {result.statistic:.2f}, {p}"
    if result.p >= LEVEL:
        return f"{head}; no difference between the rows is shown."
    return (
        f"{head}. By Nemenyi's test (5 %), two rows differ if their mean ranks differ by "
        f"{result.critical_difference:.2f} or more: {_pairs(result)}."
    )


def _pairs(result: RankTest) -> str:
    """The pairs of rows that differ, the better row first."""
    order = sorted(range(len(result.labels)), key=lambda number: result.mean_ranks[number])
    pairs = [
        f"{result.labels[a]} is better than {result.labels[b]}"
        for place, a in enumerate(order)
        for b in order[place + 1 :]
        if result.mean_ranks[b] - result.mean_ranks[a] >= result.critical_difference
    ]
    return "; ".join(pairs) or "no two rows do"
