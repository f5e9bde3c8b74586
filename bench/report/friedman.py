"""Whether rows differ over data sets: the test of Friedman, then the critical difference of Nemenyi (Demšar 2006)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean

import numpy as np

from bench.report.numbers import heading, probability_text
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
    ps: tuple[tuple[float, ...], ...]
    """By row and row: the probability of Nemenyi's test."""

    @property
    def best(self) -> frozenset[str]:
        """The row with the best mean rank and those that cannot be told apart from it; empty if no rows differ."""
        first = min(range(len(self.labels)), key=self.mean_ranks.__getitem__)
        equals = {label for label, p in zip(self.labels, self.ps[first], strict=True) if p >= LEVEL}
        return frozenset({self.labels[first], *equals} if self.p < LEVEL else ())

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The pairs of rows that differ, the better row first, in the order of the mean ranks."""
        order = sorted(range(len(self.labels)), key=self.mean_ranks.__getitem__)
        return [
            (self.labels[a], self.labels[b])
            for place, a in enumerate(order)
            for b in order[place + 1 :]
            if self.ps[a][b] < LEVEL
        ]


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
    from scikit_posthocs import posthoc_nemenyi_friedman  # slow to import
    from scipy.stats import friedmanchisquare, rankdata  # slow to import

    n_sets = len(columns[0])
    statistic, p = friedmanchisquare(*columns)
    by_set = [rankdata(values) for values in zip(*columns, strict=True)]
    means = tuple(fmean(float(ranks[number]) for ranks in by_set) for number in range(len(labels)))
    difference = critical_difference(len(labels), n_sets)
    ps = posthoc_nemenyi_friedman(np.array(columns).T).to_numpy()
    return RankTest(labels, n_sets, float(statistic), float(p), difference, means, tuple(map(tuple, ps.tolist())))


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
    head = f"Friedman test of {len(result.labels)} rows on {result.n_sets} sets{without}: "
    head += f"χ² = {result.statistic:.2f}, {probability_text(result.p)}"
    if result.p >= LEVEL:
        return f"{head}; no difference between the rows is shown."
    return (
        f"{head}. By Nemenyi's test (5 %), two rows differ if their mean ranks differ by "
        f"{result.critical_difference:.2f} or more: {_pairs(result)}."
    )


def _pairs(result: RankTest) -> str:
    """The pairs of rows that differ, in words."""
    return "; ".join(f"{better} is better than {worse}" for better, worse in result.pairs) or "no two rows do"
