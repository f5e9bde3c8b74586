"""Silhouette of each seed, in two spaces."""

from matplotlib.figure import Figure

from bench.metrics.declarations import metric
from bench.report.figures.strips import strips
from bench.report.groups import group
from bench.report.outcomes import Outcomes

TITLES = {
    "silhouette_input": "in the input space,\nthe same for all methods",
    "silhouette_own": "in each method's own space:\nmethods cannot be compared",
}
"""Titles of the panels, by metric."""


def silhouette_strips(outcomes: Outcomes) -> Figure | None:
    """One panel for the input space and one for each method's own space; None if no seed has a value."""
    groups = group(outcomes.all)
    if not any(group.by_seed(name) for group in groups for name in TITLES):
        return None
    return strips(groups, [(metric(name), f"{metric(name).label} {title}") for name, title in TITLES.items()])
