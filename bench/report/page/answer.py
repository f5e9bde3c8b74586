"""The answer of the page: two sentences for each row of DEC, or for the best row, with their uncertainty."""

from collections.abc import Sequence
from typing import Any

from bench.metrics.declarations import metric
from bench.report.groups import DEC, Group
from bench.report.improvement import Comparison, baselines_of, improvements
from bench.report.numbers import number, with_interval
from bench.report.page.best_rows import DECIDED, OPEN, TOO_FEW, best_sentences
from bench.report.page.claims import verdict_sentences
from bench.report.page.mean_sentence import marked, mean_sentence
from bench.report.page.search import chosen_sentences
from bench.report.page.view import PageView
from bench.report.tables.caveats import caveats

LABELLED, UNLABELLED = "accuracy", "silhouette_input"
"""The metric of the answer with and without true labels."""
MOST = 4
"""Largest number of rows of DEC with an answer; a grid has its tables."""
VERDICTS = {
    "better": "DEC is better.",
    "worse": "DEC is worse.",
    "cannot be decided": DECIDED[OPEN],
    "n too small to decide": DECIDED[TOO_FEW],
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

    Of rows without DEC or of DEC alone, and with more than four rows of DEC, the same of the best row and the next one;
    see `best_sentences`.
    """
    name = LABELLED if labelled else UNLABELLED
    dec = [group for group in groups if group.cell.method == DEC and group.by_seed(name)]
    has_baselines = any(baselines_of(each, groups) for each in dec)
    if not dec or len(dec) > MOST or (len(groups) > 1 and not has_baselines):
        return best_sentences(groups, name, MOST)
    return [f"{mean_sentence(group, name)} {_against(group, groups, name)}".strip() for group in dec]


def _against(new: Group, groups: Sequence[Group], name: str) -> str:
    if not baselines_of(new, groups):
        return "There is no baseline in this experiment."
    strongest = next((row.strongest for row in improvements(new, groups, "same") if row.metric == name), None)
    if strongest is None:
        return "No baseline can be compared with it."
    return _sentence(strongest, next(marked(group) for group in groups if group.label == strongest.baseline))


def _sentence(c: Comparison, baseline: str) -> str:
    declared = metric(c.metric)
    difference = with_interval(c.difference.summary.mean, c.difference.interval, declared.decimals)
    base = number(c.base, declared.decimals)
    return f"The strongest baseline, {baseline}, has {base}: a difference of {difference}. {VERDICTS[c.verdict]}"
