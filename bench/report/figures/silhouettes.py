"""Silhouette of each seed, in the input space and in the space that a method learnt."""

from matplotlib.figure import Figure

from bench.metrics.declarations import metric
from bench.report.figures.strips import strips
from bench.report.groups import Group, group
from bench.report.numbers import arrow
from bench.report.outcomes import Outcomes
from bench.report.tables.blocks import COLLAPSED

TITLES = {
    "silhouette_input": "in the input space:\nthe same for all rows",
    "silhouette_own": "in the learnt spaces:\nrows cannot be compared",
}
"""Titles of the panels, by metric."""
NOT_LEARNT = "no learnt space:\nmeasured in the input space only"


def silhouette_strips(outcomes: Outcomes) -> Figure | None:
    """One panel for the input space and one for the learnt spaces; None if no seed has a value.

    A method without a learnt space is measured in the input space, and its row in the second panel says so. There is no
    second panel if no method has one.
    """
    groups = group(outcomes.all)
    if not any(group.by_seed(name) for group in groups for name in TITLES):
        return None
    learnt = [has_learnt_space(each) for each in groups]
    shown = [name for name in TITLES if name == "silhouette_input" or any(learnt)]
    titles = [(metric(name), _title(name)) for name in shown]
    second = ["" if has or not each.ok else NOT_LEARNT for each, has in zip(groups, learnt, strict=True)]
    return strips(groups, titles, [[""] * len(groups), second])


def has_learnt_space(group: Group) -> bool:
    """Whether a finished fit of the group has latent codes.

    The metric has a value for latent codes only, also if they have collapsed and have no silhouette.
    """
    return bool(group.by_draw(COLLAPSED))


def _title(name: str) -> str:
    declared = metric(name)
    return f"{declared.label}{arrow(declared.higher_is_better)} {TITLES[name]}"
