"""Agreement of each seed with the true classes."""

from matplotlib.figure import Figure

from bench.metrics.declarations import all_metrics
from bench.report.figures.canvas import plain
from bench.report.figures.strips import strips
from bench.report.groups import group
from bench.report.numbers import arrow
from bench.report.outcomes import Outcomes


def label_strips(outcomes: Outcomes) -> Figure | None:
    """One panel for each external metric; None if no seed has a value."""
    groups = group(outcomes.all)
    external = [m for m in all_metrics() if m.kind == "external" and any(group.by_seed(m.name) for group in groups)]
    if not external:
        return None
    return strips(groups, [(m, plain(m.label) + arrow(m.higher_is_better)) for m in external])
