"""Which row is best by the statistics of the tables, and which rows cannot be told apart from it, in sentences."""

from collections.abc import Sequence
from statistics import fmean

from bench.metrics.declarations import metric
from bench.report.best import Ranking
from bench.report.column_rankings import rankings_by_metric
from bench.report.groups import Group
from bench.report.numbers import heading, number, with_interval
from bench.report.page.mean_sentence import in_sentence, marked, mean_sentence
from bench.report.same_task import has_both, has_noise
from bench.statistics.families import Verdict

MOST_NAMED = 6
"""Largest number of rows that a sentence names."""
APART, OPEN, TOO_FEW = "told apart", "cannot be told apart", "too few seeds to decide"
VERDICTS: dict[Verdict, str] = {
    "higher": APART,
    "lower": APART,
    "cannot be decided": OPEN,
    "n too small to decide": TOO_FEW,
}
"""What a verdict on the difference from the best row means."""
DECIDED = {
    APART: "{best} is better.",
    OPEN: "The seeds do not decide which one is better.",
    TOO_FEW: "So few seeds cannot decide which one is better; run more, for example with --seeds 10.",
}
"""The verdict on the two best rows as a sentence."""


def best_sentences(groups: Sequence[Group], name: str, most: int) -> list[str]:
    """For each number of clusters the best row, the next one with the difference of both, and the verdicts on all.

    `name`: a metric in which higher is better. At most `most` numbers of clusters have sentences. Rows are compared as
    in the column of the metric in the tables; a row that is not compared there is named with the reason. Without two
    rows that can be compared, the means of the `most` best rows.
    """
    finished = [group for group in groups if group.by_seed(name)]
    found = rankings_by_metric(groups, metric(name))
    if not found:
        return _means(groups, finished, name, most)
    sentences = [sentence for ranking in found[:most] for sentence in _of_ranking(groups, ranking, name)]
    shown = {row for ranking in found[:most] for row in (ranking.best, *ranking.differences)}
    compared = {row for ranking in found for row in (ranking.best, *ranking.differences)}
    left = [_not_compared(groups, group, name) for row, group in enumerate(groups) if row not in compared]
    if left:
        sentences.append(f"Not compared: {_named(left)}.")
    if hidden := len(compared - shown):
        sentences.append(_others(hidden))
    return sentences


def _means(groups: Sequence[Group], finished: Sequence[Group], name: str, most: int) -> list[str]:
    best_first = sorted(finished, key=lambda group: -fmean(group.by_seed(name).values()))
    shown = [mean_sentence(group, name) for group in best_first[:most]]
    if len(groups) == 1 and shown:
        return [f"{shown[0]} There is no other row with which it can be compared."]
    left = len(groups) - len(shown)
    return [*shown, *([_others(left)] if shown and left else [])]


def _of_ranking(groups: Sequence[Group], ranking: Ranking, name: str) -> list[str]:
    best, decimals = groups[ranking.best], metric(name).decimals
    means = {row: fmean(groups[row].by_seed(name).values()) for row in ranking.differences}
    others = sorted(means, key=lambda row: -means[row])
    next_one, apart = others[0], ranking.differences[others[0]]
    difference = with_interval(apart.summary.mean, apart.interval, decimals)
    decided = DECIDED[VERDICTS[ranking.verdicts[next_one]]].format(best=best.label)
    second = f"The next best row, {groups[next_one].label}, has {number(means[next_one], decimals)}"
    sentences = [f"{mean_sentence(best, name)} {second}: a difference of {difference}. {decided}"]
    if len(others) > 1:
        by_verdict = {text: [r for r in others if VERDICTS[ranking.verdicts[r]] == text] for text in DECIDED}
        lists = {text: _named([groups[row].label for row in rows]) for text, rows in by_verdict.items() if rows}
        parts = [f"{text}{'' if text == TOO_FEW else ' from it'}: {names}." for text, names in lists.items()]
        listed = " ".join(part[0].upper() + part[1:] for part in parts)
        sentences.append(f"{best.label} has the best mean of {len(others) + 1} rows. {listed}")
    return sentences


def _not_compared(groups: Sequence[Group], group: Group, name: str) -> str:
    """The label, the mean and the reason, such as `hdbscan † (0.900, samples in no cluster)`."""
    values = group.by_seed(name)
    mean = f"{number(fmean(values.values()), metric(name).decimals)}, " if values else ""
    return f"{marked(group)} ({mean}{_reason(groups, group, name)})"


def _reason(groups: Sequence[Group], group: Group, name: str) -> str:
    if not group.by_seed(name):
        return f"no {in_sentence(heading(metric(name)))}" if group.ok else "no finished fit"
    if group.of_folds:
        return "fits of folds"
    if has_noise(group):
        return "samples in no cluster"
    if len(group.ok) < len(group.outcomes):
        return "not all fits are finished"
    if has_both(groups) and group.cell.is_subsampled:
        return "fits of subsamples"
    return "another number of clusters"


def _named(texts: Sequence[str]) -> str:
    others = len(texts) - MOST_NAMED
    return ", ".join(texts[:MOST_NAMED]) + (f" and {others:,} other{'s' * (others > 1)}" if others > 0 else "")


def _others(count: int) -> str:
    return "1 other row is in the main tables." if count == 1 else f"{count:,} other rows are in the main tables."
