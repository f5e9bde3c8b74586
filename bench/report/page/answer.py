"""The answer of the page: two sentences for each row of DEC, with their uncertainty."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from bench.metrics.declarations import metric
from bench.report.groups import DEC, Group
from bench.report.improvement import Comparison, baselines_of, improvements
from bench.report.numbers import heading, interval_text, number, with_interval
from bench.report.page.claims import verdict_sentences
from bench.report.page.search import chosen_sentences
from bench.report.page.view import PageView
from bench.report.tables.caveats import caveats
from bench.statistics.intervals import interval_of_mean

LABELLED, UNLABELLED = "accuracy", "silhouette_input"
"""The metric of the answer with and without true labels."""
MOST = 4
"""Largest number of rows of DEC with an answer; a grid has its tables."""
VERDICTS = {
    "better": "DEC is better.",
    "worse": "DEC is worse.",
    "cannot be decided": "The seeds do not decide which one is better.",
    "n too small to decide": "So few seeds cannot decide which one is better; run more, for example with --seeds 10.",
}


def section(view: PageView) -> dict[str, Any]:
    """The answer, and all that makes it less sure: of a search the chosen points, of a report also its verdicts."""
    outcomes = view.outcomes
    above = [*outcomes.manifest.notes, *view.above]
    known = [outcomes.written_from] if outcomes.written_from else []
    return {
        "answers": sentences(view),
        "caveats": [*above, *caveats(outcomes, view.groups), *known],
    }


def sentences(view: PageView) -> list[str]:
    """The answer: of a search the chosen points, else that of `answers`; then the verdicts of a report."""
    found = chosen_sentences(view) or answers(view.groups, view.outcomes.labelled)
    return [*found, *verdict_sentences(view)]


def answers(groups: Sequence[Group], labelled: bool) -> list[str]:
    """Two sentences for each row of DEC: its mean with the interval, and its difference from the strongest baseline.

    Without a row of DEC, or with more than four, one sentence for each of the best rows says its mean, and one counts
    the other rows.
    """
    name = LABELLED if labelled else UNLABELLED
    dec = [group for group in groups if group.cell.method == DEC and group.by_seed(name)]
    if not dec or len(dec) > MOST:
        finished = [group for group in groups if group.by_seed(name)]
        best_first = sorted(finished, key=lambda group: -fmean(group.by_seed(name).values()))
        shown = [_mean(group, name) for group in best_first[:MOST]]
        left = len(groups) - len(shown)
        return [*shown, *([_others(left)] if shown and left else [])]
    return [f"{_mean(group, name)} {_against(group, groups, name)}".strip() for group in dec]


def _mean(group: Group, name: str) -> str:
    declared, values = metric(name), list(group.by_seed(name).values())
    mean = number(fmean(values), declared.decimals)
    text = f"{group.label} has a mean {in_sentence(heading(declared))} of {mean}"
    if len(values) == 1:
        return f"{text} over 1 seed. One seed has no interval."
    interval = interval_of_mean(values)
    if interval is None or interval.low == interval.high:
        return f"{text}, the same for each of {len(values)} seeds, so it has no interval."
    return f"{text}, 95 % interval {interval_text(interval, declared.decimals)}, over {len(values)} seeds."


def _others(count: int) -> str:
    return "1 other row is in the main tables." if count == 1 else f"{count:,} other rows are in the main tables."


def _against(new: Group, groups: Sequence[Group], name: str) -> str:
    if not baselines_of(new, groups):
        return "There is no baseline in this experiment."
    strongest = next((row.strongest for row in improvements(new, groups, "same") if row.metric == name), None)
    return "No baseline can be compared with it." if strongest is None else _sentence(strongest)


def _sentence(c: Comparison) -> str:
    declared = metric(c.metric)
    difference = with_interval(c.difference.summary.mean, c.difference.interval, declared.decimals)
    base = number(c.base, declared.decimals)
    return f"The strongest baseline, {c.baseline}, has {base}: a difference of {difference}. {VERDICTS[c.verdict]}"


def in_sentence(heading: str) -> str:
    """A heading inside a sentence; an abbreviation keeps its capitals.

    >>> in_sentence("Accuracy"), in_sentence("ARI"), in_sentence("Silhouette (input)")
    ('accuracy', 'ARI', 'silhouette (input)')
    """
    return heading if heading[:2].isupper() else heading[0].lower() + heading[1:]
